"""Words that look like one of those that matter, and are others. Data: frequent words one letter away, in either language."""

OTHER_WORDS = frozenset(
    """
    aback abaisse abats abattre abattu abattue aboie abrege abregee abroger abuser abuses accedent accidente
    accidents acheta achevera acheves achieve acted adler adonne adonner adour adresse adressee aggression
    agile aging agresser agresses agressions aient aigre ailes aille ailles aired aires aisees aises aisles
    alain alder alert alfie alger alice alien aligne alignement aligner alike aline allee allen allers alles
    alley allez allie allier alpes alter alves ambient ambre amiens amore amours amped amuse amused amusee
    amusing anale andes angled angling anson answers antigen anton antre anvil aorte apens apero aptes arabe
    arabs arbor arbore arbres archet arise arises armed arming armoires armor armored armour arose arrachee
    arracher arraches arret arretee arretera arretes arretez arriva arrived arrivee arriver arrives arrivez
    asexual asking asphyxie aspirine aspiring assaults assaut assauts assed assert asses asset assez assied
    assises assist assista assistee assister assistes assists astra attrape attraper aunts avail avare avent
    avery avila avises avoit avril backs bacle bagged bagging baigne baigner baille baines bains baises
    baisser baiting baking balanced balances balancier bales baller balles ballet ballets balls banded banding
    bands banger banked banking banned banning bantu barbe barks barley barney barred barree barrels barren
    barrer barres barrie basin basins basse bassist bassiste batch bates bathing baths batis batit batte
    batted batten batter batteur battez batting battle battles battra battues battus batty bauer baule bayle
    bazin beach beads beaks beale beaming beams beans bearing bears beast beasts beater beaters beatings
    beaute beets belated belting belts bending bends betsy bette betting betts bezos biking bille billed
    billet billets billing bills bites bizarres blacks blake blanc blank blaster bleak bleep blend blending
    blends bless bleue bleuets blisters block bloke blond bloods bloom blunt blush boating boats bodies bogey
    boing boise boises bolster bolted bonde bonner bonte booed bords bosse botte botter bottes bottled bottles
    bouchee boucher bouches boude bouee boues bouger bouges bougez bougie bougre boule boulets bourg bourne
    bousculer bouse bowie boyer bragged braid braids braise braises brake brancher brand brands brant brash
    brats braun brawn breach breaching breadth breath breathed breather breathes breaths breed breeding breeds
    brent brian brine brings brink brins brisee brisees briser brises brive brock brode broker brome brood
    brook brooke brosse brown browning bruce bruel bruins bruits brulees brules brulez brume brune brunt
    brushed brushes brutalite brute bryan budge buenos bugey bugle bulbe bulge bulle bulles bumping bunches
    bunny bunting buren burger burin burke burner burnes burns burst burying buses bushes buste busted buster
    busting buteur butler butte butter buttered butters buyer cabine cabines cabinets cachees cachent caches
    cachez cachot cadre caille caire caisse cakes calabre caler caliber calibres calle caller calque canne
    cannon canny canoe canons canot canto canton canyon caper capes carbine carbs carded cared cares caress
    caresser caresses carey carie carne caron carpe carre carrie carver carvings caser cases casey casher
    cashier casque cassee cassel casses cassez cassie caste casts catches catchy catho cathy caused causee
    causing cavale caved caves caving ceded ceintures celte cendre centre cerise certe cesse chaise chamber
    chambres changing charing charme charmed charming chased chaser chases chassee chasser chasses chaste
    chausse cheek chevaux chevelu cheveu chick chipped chloe chock choose chooses chope choper chops chore
    chris chuck cimes cintre cirer cisse citing clamer clapped claps claques claquettes clare clarification
    clarifier clash clashed classe classer claude clause cleaned cleaners cleanse cleanser cleansing clearer
    clearing cleaver clever cleves clique cliquer clive cloak cloche clocher clock clone cloning clope closes
    cloue clous coaches coche cocher cocked coker coles collapses colle coluche combe combes combs comer
    comers comet comets comey comite commet commie commis commits comms comprise comprises comps comte comtes
    conde cones coney confer conge connaissances conne conner conte conter contes contra contree contrer
    contres cooke cooked cooking cooper copains copie copier copper copte coque cords cores corne corner corse
    corses corte cosse costa costing cotes couch couchee couchez coude couette coughs coulee couler coupait
    coupees coupes coupez couple couplee courir cousu coute couter couts couture coutures couve couvert couvre
    couvrir covert coyle crabs crache cracher cracker crackle cracks craie crains crank cranked craps craquer
    crashes crass crasse craved craving creait creer creera crete crick criee crier cries criez crime crisp
    criss crisse croche crock croie croise croiser crook crops crosse crouch croupe crous crown crowning
    cruche cruise cruised cruiser cruises crush crusher culte curie curse curve curved curving cuter cuttings
    cygne daigne damien danser darth dassault dealt dearth deaths debauche deboucher debouches decedes deceler
    decider decoder decret deduis degat deleted deletes depth derive detaille detailler detailles deter
    detruira detruite dette devait devants deviant devint dicks digits dingo dingy dirai disparaitra dived
    diver dives diving doigt doings doive dolly domes donned donnee donnera donnes donneur donnez donnie
    doping doran dosing douche doucher douches downer downing downs drague drahi drains drape draped drapes
    draps drawn drian dried drier dries driven driver drives droguee droguer drogues droits drone drove drowns
    drugged drying dudes dumping dupuis duran dwelling dyeing eater ebats echec echoed echoes echoing echoue
    ecope ecoule ecraser edged edging edibles egorge elapsed elated elevee eleven elever elevera eleves
    eleveur emery emettre empoisonnee emprisonner ender endings endure enerver enleve enlevee enleves enlevez
    entailed enter entrailles epais epice epine epines epique epousee epure erased ermite erred errer ester
    estranged etable etain etals etats ether etire etirer etoffe etoffer etoffes etoile etouffee etouffes
    etrange etranger etrangere etrangers etranges etrangete eudes eveille eveillee eveiller eveilles event
    evers evier exceder existences expire expires express fabien fabre faced facons fagan faille fails fairer
    fairs fairy faite fakes faking falcon fanny farce farces fared fares farmed farming fasse faucon faure
    favre feats fendre ferais feront ferre feter feutre fibre figer filed filer files filet filled filling
    fills filme finder finders finer finest finie finies finira finit finnish fioul firearms fired fires firme
    fittings flack flacons flair flaming flange flaps flare flash flashed flingues flock flocon flood floors
    flora flore flores flour fluide fluids fluor foire foires foison foley folie folly fonce foncee fonces
    foncez foncier fonde fonder fonte fonts forbes forcees forcene forcer forcez fords forets forex forez
    forge forged forgee forges forked forme formed formee formes forming forte fortes fosse fouetter fourbe
    fourre fours foute foutez foutue frail frais fraise fraises framing frappa frappees frappes frappeur
    frappez fresque fringe fringes frire frise frole fronts frost froth frown funky fusils futile gabin gaelle
    gaine gains gambie gamer gants gaping garer gassed gater gauze gaver gavin gazed geller gendre gentille
    gentilles georg george germe gifler giles gilet gille gills ginger glacee glacon glaze glisser gloss godin
    goings gomes gomis gonflee gonfler gonfles goose gorgee gorges gouin grads grail grain grains grams grape
    grapes grappe grasp grasping grass grays graze greffe greffer griffes grise grises groin gross grown
    gueules guile gutting habite habites hacks hades hagan hails haired halle haller hallowed handguns handing
    handy hangin hangs hanks harding hassle hatch hatred hausse hauts heads heath heating heats hebron heirs
    hemorragies herein hermine hermit heroic heroines heron heurts hicks hills himmler hinds hinges hinting
    hisse holly homes honking hooked hooking hooves hopping horses hoses houle houses housse hover hoyer
    humping hunch hunched hunting hunts hurling hurst hushed icone idole incense inches inconscience
    inconscients indes ingest injure invest iront irving isere isoler ivres jacket jackets jacks jails jamel
    jarre jester jetees jetes jetez joins jointe joints jolly jorge joris josse joues jouir jouis jouit journ
    jures juris jurys kagan keating keats kicker killian killin killings kinks kipling knicks knuckle laces
    lacet lacey lache lachee lacked lacks lacquer lactee lagune laique laissee laissera laisses lakes lamour
    lamps lance lancee lancer lands lange langer langues lapis lapse laque largue larve lashed lasser latch
    laval leach league leaner leanings leaps learner learning leash leeds lending lends lentille lentilles
    leurre leurs levant levees levels levers leves levies levre levure levures lexus licked licking licks
    lient lieues lievre liking linger lingers lining lisse lisser lister litter lived liver lives livin livres
    locke loing lolly longue loosing lords louche louches louper loups loutre louve louvre loving lucid
    lunches magasine magazines mages maille maire maker makers makin makings males malkin malle maltraiter
    maltraites mande mangue manon marbre marek mares maris marking marko markus marsh marys masking masks
    masse massed masser mates mating mattered meats medecine medicines melted mende mending mestre meteo meter
    metis metoo metre metres metros mette mettes mettez mettra miette milled milling mills milly mince minces
    model modem modere modes modus moine molds mollets mollo momes mondes mondo monet monod montre moods moore
    moors mopping mordor mordu morel mores moret morne morse mortem morty morue motte mouche mouches moudre
    mouette moule mound mounir mourn mourra mousse movin mowing muette mullet munch munching munition murir
    mutiles nader nails naive namur nasser nausee naval navale navel neath nerve nette neuer neuve nevers
    newer nicest nicks nient nique niquer nodes norme norse norte noted notee noter notes notez notres nouer
    noyes nudge nukes nunes obliged obligee obliger obliges obligez occident oeuvre olive omens omettre
    omitting opens orage orally ordres ordure orgie orgue oserais ourse outer outre outree ouverts ouvres
    ouvrez ouvrier ouvrira ouvrit ovale overdone overdoses overt ovule owing paced paces packer packers
    packing pagan paille pailles paine pained paire paler panned pants papes paque parcs paresse parier parish
    parks partira partis partit passera passers passes passeur passez pasted patch patir paused pauses pausing
    pavel peaks pecking pedes peindre peines peinture peking pence penches pendants pendent pending pendus
    penetre penetrer penis pennant penned pensa pensant perdant peril perils permit perry petri petro
    pharmacien pharmacies phased phedre photo photon photons picket picks pictured piles pille piller pincee
    pincer pinces pinch pinched pinching pinel pines pings pinte pints piquee piques piquet piqure pissed
    pisser pisses piste pistolets pistols piston pitting pitts placed placee placer plague plaque plaquer
    plastic platanes platine pline pockets poils poilue poings poise poisons poisse poisson poked poking
    polled polls polly ponce pondre ponds popping posing posons posse potion pouch pouches poule poupe poupee
    poured pours poussa poussees pousser pousses poussez praise praised praises preleve prenant prend prepose
    prequel prescriptions presume pricing prier prince prior prison probite product produite produits profile
    profit profita profited profiter profites profitez profits prong property propose prose prusse ptits puget
    puise puisse puits pulls pulsed pulses pumping punchy punitions puree pures purges purposes purse purses
    pusher putting quads quaid quant quieter quitte quittee quittera quittes quittez quran rabies raced races
    racked racket rackets racks radin radis rafle raged rages ragged raging raided raides raids raies railed
    raina rained rains rainy raiser raked raking raler rally rallye rames rampe rampes ramping ramps rancher
    ranchers ranged ranging rants rapid rappele rapper rappers rappeur rapping rarely rares rases rated rating
    rattrape rattrapee ravel raves ravin raving ravis rawls razed razer reagi reagir reagis realty realy
    reaped reaping rebond recall reeve reeves refait regit reglee reilly reines released releva relevee
    relever releves reliee relieve relive renait rendant rende rendre rends repaire repand repasser reponde
    reponds repondu resounding respirez respite respond resta retro revait revant reveillee reveilles
    reveillez rever reverb revere revers revert reveur revolter revolve revolved revolvers revolves rient
    rifles riled riley rince ringer rinse rinsed risee risen riser risers rises risked rives roaming rogne
    rogue rogues roller ronde roped ropes rosee rosen roses rosie rossi rosso roubles rouge rouges rough
    rougis roule roulee rouler rouse rousse rouvert rouvre rouvrir roving rowan royer rudes ruled ruler rulers
    rules runny rushed rushes russe sabine sabre sachet sachets sacked sacks sacrifie sacrifiee sacrifier
    saeed sagan sagesse saignee saignements saigon sails saine sainement saines sainte sakes salah salee
    saline salive salter saluer salute salve sands saper sarre sasha saucer sautes sauver scammed scams scans
    scare scaring scoot scope scoring scratches scratchy seater seats secouer secrete secure seeds seedy
    selling sending sends serait seras serbe serez serge serra serree serrer serres servais serve serviced
    servie servies servis sever sevices sevres sewed sexuel sexuelles shamed shaming shared sharing shave
    shaved shaves sheep shelling shipped ships shits shitting shogun shone shootings shoots shopped shore
    shores short shotguns shots shout shouting shovel shovels showed shrew shuts signe signed signee signer
    signera signez silas silice sills singers sinned sites skater skilled skits slabs slacks slams slasher
    slashes slater slavs sleek sleepy sleet slice slices slipped slips slits slush smack smash smashed
    smelling snacks snaps snore snorting snowing snuff soaps soaring sodomie soigne soigner solve solved
    solves sonde sonner soothing sorte sorting souche souches soucier souffrance soule soupe souper soups
    sousse speeds speedy spelling spelt spend spends spiced spicer spices spicy spied spike spiking spill
    spills spilt spine spins spire spite spitting splash splashed splice splits splitting spots spouse spree
    stable stables stabs stacked stacks stagne stagner stahl stain staking stared stares starved stashed stasi
    stats stave stays steed steep stepped stings stitching stomped stoppe stoppee storing stove stoves strain
    strange strangers strangest strap strat straws stray strive stuffs stuffy suffi suits sumter sunny
    supprime supprimee supprimes supprimez surge surged surging sutra sutter swans swaps sweep sweeping
    switching swoop tabasser tabled tables tahir tailed taillees tailler tailles tails taint taire taker takin
    talent talents talkin taller taming tamis tamper taped tapes tapez tapie taping tapis tapping taser tasha
    tasking tasse tater tattered taupe taxer taxing taxis teinture tempere tempete tendant tende tended
    tending tendre tends termed termes termine terminee terminera termines terms terne terra terres terri
    terry tertre theirs theme theron thier thing thingy thongs thorough threat throats throes thurs ticked
    ticking ticks tient tiers tiger tigre tiller timer tipping tique tiree tirera tires tireur tirez tisse
    titre toile toiles toilets toison tomes tongues topped toppings toppled torch torche torched torches
    tordre torre touchees toucher touchez touchy touffe tough toujour toure touring tours tousse track tracked
    trafic trafics trahi trail trails traine trains trait traitements trame tranche tranchee tranches trans
    trappe trapper traps trash tremper trempes triangle triangles trier trifle triggers trina tristement
    trolled trompee troubled troublee troubler troubles trough truer tryin tuerie tuner tuning turin turing
    turned twain twists tying tyran ulcere undue urging utile utiles utter vagin vaille vaines valere valery
    valet valeur valez valle valse value valve vaping veine veins vendant vende vending vendre vends vente
    ventes vents venues vibre vident vignes ville vince vines vingt viola violees violence violent violentes
    violents violes violet violette violeur viols viree virent virer vires visent vitre vivent vives vivez
    vivra vivres vixen voids voient voile voilee voiler voire volee volees voler voles volet voleur volte
    vouch voucher voyer vraies vrais vying waive wakes waller wands warming warns warts wasnt watts weapons
    weirdo whats wheeling whigs whims whisk whiting whoosh wicked wicks willed willing wills winger wingers
    wipes wired wrapper wraps writes yeats youre yours youve zaire zambie
    """.split()
)
