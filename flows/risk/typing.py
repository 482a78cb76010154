"""How people type: what stands for what, in both languages. Data; `normal.py` applies it."""

# What is typed = what is meant. Meant is written without accents, elisions apart (je ai, ce est).
FRENCH = """
o = au; bou = bout; pri = pris; respir = respire; veu = veux; mank = manque; kom = comme; dot = autre; plin = plein; moin = moins
mieu = mieux; tro = trop; kelk = quelque; apel = appelle; touse = tous; dirai = dirais; ariv = arrive; arive = arrive
deviain = devient; mour = meurs; meur = meurs; dor = dors; mang = mange; pleur = pleure; soufre = souffre; soufrir = souffrir
vivr = vivre; viv = vivre; pandre = pendre; metr = mettre; sote = saute; rezon = raison; bezoin = besoin; persone = personne
peson = personne; jarive = je arrive; jarete = je arrete; jpren = je prends; jpran = je prends; jbois = je bois; jboi = je bois; jdi = je dis
jdit = je dis; jlui = je lui; jregarde = je regarde; jregrette = je regrette; jrecommence = je recommence; jtape = je tape; lmatin = le matin; lsoir = le soir
dmain = demain; dpuis = depuis; ptit = petit; ptite = petite; pti = petit; ptites = petites; mama = maman; reum = mere
daron = pere; daronne = mere; sah = vraiment; wallah = vraiment; canner = mourir; caner = mourir; seum = colere; h24 = tout le temps
jpp = je en peux plus; jenpeuxplus = je en peux plus; jenpeuplu = je en peux plus; japp = je en peux plus;
chui = je suis; chuis = je suis; chu = je suis; chus = je suis; jsuis = je suis; jss = je suis; jsui = je suis;
jui = je suis; jai = je ai; javais = je avais; jaurai = je aurai; jaurais = je aurais; jen = je en; jy = je y;
jl = je le; jle = je le; jla = je la; jlai = je le ai; jles = je les; jme = je me; jm = je me; jte = je te;
jne = je ne; jn = je ne; jveux = je veux; jveu = je veux; jve = je veux; jvx = je veux; jvoudrai = je voudrais;
veu = veux; jvoulais = je voulais; voudrai = voudrais; aimerai = aimerais; jaimerai = je aimerais;
jaimerais = je aimerais; jvais = je vais; jvai = je vais; jvas = je vais; jva = je vais; vai = vais;
jmen = je me en; jsp = je sais pas; jspr = je espere; jsai = je sais; jsais = je sais; jpeu = je peux;
jpeux = je peux; jpense = je pense; jtm = je te aime; jvous = je vous; jfais = je fais; jfai = je fais;
jdois = je dois; jdoi = je dois; doi = dois; jamai = jamais; tjr = toujours; tjrs = toujours; tjs = toujours;
tt = tout; tte = toute; pk = pourquoi; pq = pourquoi; pkoi = pourquoi; prk = pourquoi;
psk = parce que; pcq = parce que; pske = parce que; parcke = parce que; pcke = parce que; kan = quand;
kand = quand; qd = quand; qnd = quand; ke = que; ki = qui; koi = quoi; kel = quel; kelle = quelle; kom = comme;
keske = que est ce que; qqn = quelqu un; qqun = quelqu un; qqch = quelque chose; qqchose = quelque chose;
kelkun = quelqu un; kelk1 = quelqu un; mnt = maintenant; mtn = maintenant; maint = maintenant;
mntn = maintenant; ajd = aujourd hui; auj = aujourd hui; aujourdhui = aujourd hui; aujourdui = aujourd hui;
2m1 = demain; 2main = demain; dem1 = demain; a2m1 = a demain; dm1 = demain; bcp = beaucoup; bcps = beaucoup;
bocou = beaucoup; vrmt = vraiment; vrm = vraiment; dsl = desole; svp = se il vous plait; stp = se il te plait;
rdv = rendez vous; pb = probleme; msg = message; ms = mais; ds = dans; dc = donc; pr = pour; ac = avec;
avc = avec; ss = suis; sui = suis; ns = nous; vs = vous; ya = il y a; yavait = il y avait; yora = il y aura;
ct = ce etait; cetait = ce etait; cest = ce est; sest = ce est; cpas = ce est pas; cmort = ce est mort;
ctr = ce etait; r1 = rien; rien1 = rien; bi1 = bien; b1 = bien; kelkechose = quelque chose; mm = meme;
mem = meme; pa = pas; pck = parce que; mouri = mourir; mourire = mourir; mourrir = mourir; mourrire = mourir;
suissider = suicider; suisider = suicider; suisside = suicide; suiside = suicide; g = je ai; jrest = je reste;
plu = plus; pus = plus; pis = puis; envi = envie; anvi = envie; anvie = envie; lenvie = le envie;
lenvi = le envie; medoc = medicament; medocs = medicaments; cacheton = cachet; cachetons = cachets;
apel = appelle; jarrive = je arrive; jarriv = je arrive; jarriverai = je arriverai; jarrete = je arrete;
jattends = je attends; javale = je avale; jaime = je aime; jentends = je entends; jouvre = je ouvre;
jecris = je ecris; jespere = je espere; jessaie = je essaie; jetais = je etais; jexiste = je existe;
jhesite = je hesite; jimagine = je imagine; joublie = je oublie; jose = je ose; jadore = je adore;
jallais = je allais; jirai = je irai; jirais = je irais; jexplose = je explose; jcrois = je crois;
jcroi = je crois; jsens = je sens; jsen = je sens; jdors = je dors; jtiens = je tiens; jtien = je tiens;
jmange = je mange; jprends = je prends; jpren = je prends; mest = me est; maime = me aime; mattend = me attend;
maider = me aider; maide = me aide; mendormir = me endormir; menfuir = me enfuir; mouvrir = me ouvrir;
memmerde = me emmerde; mecoute = me ecoute; mevanouir = me evanouir; daller = de aller; den = de en;
detre = de etre; detr = de etre; davoir = de avoir; darreter = de arreter; dici = de ici; dun = de un;
dune = de une; lhopital = le hopital; lenfer = le enfer; larme = le arme; lecole = le ecole;
lalcool = le alcool; quil = que il; quon = que on; quils = que ils; nest = ne est; nai = ne ai;
navais = ne avais; narrive = ne arrive; narrete = ne arrete; setait = ce etait; tkt = te inquiete;
osef = on se en fout; bff = meilleure amie; wesh = salut; frr = frere; mdrr = mdr; ptn = putain; fdp = connard;
tg = ta gueule; hp = hopital psychiatrique; vla = voila; ske = ce que; tlmt = tellement; tellmt = tellement;
ptet = peut etre; ptetre = peut etre; pteut = peut etre; vien = viens; fo = faut; fau = faut; apre = apres;
asoir = ce soir; jms = jamais; jiens = je viens; jviens = je viens; jvien = je viens; fer = faire;
lfaire = le faire; lfer = le faire; vomi = vomis; ossi = aussi; fai = fais; vrement = vraiment;
tlm = tout le monde; jreste = je reste
"""

ENGLISH = """
im = i am; ive = i have; id = i would; imma = i am going to; ima = i am going to; iam = i am; itll = it will;
youre = you are; ur = your; u = you; r = are; ya = you; yall = you all; hes = he is; shes = she is;
theyre = they are; theyve = they have; theyll = they will; its = it is; thats = that is; whats = what is;
theres = there is; wheres = where is; hed = he would; shed = she would; wed = we would; weve = we have;
dont = do not; dnt = do not; cant = can not; cannot = can not; cnt = can not; wont = will not; didnt = did not;
isnt = is not; doesnt = does not; wasnt = was not; havent = have not; hasnt = has not; shouldnt = should not;
wouldnt = would not; couldnt = could not; arent = are not; aint = is not; werent = were not; hadnt = had not;
wanna = want to; wana = want to; wnna = want to; gonna = going to; gunna = going to; gona = going to;
finna = going to; gotta = got to; hafta = have to; tryna = trying to; outta = out of; kinda = kind of;
sorta = sort of; lemme = let me; gimme = give me; dunno = do not know; shoulda = should have;
coulda = could have; woulda = would have; cudnt = could not; 2 = to; 4 = for; b4 = before; 2nite = tonight;
tonite = tonight; 2night = tonight; tnite = tonight; 2day = today; tmrw = tomorrow; tmr = tomorrow;
tmw = tomorrow; tomo = tomorrow; tomoz = tomorrow; 2moro = tomorrow; 2morrow = tomorrow; 2mrw = tomorrow;
tommorow = tomorrow; tommorrow = tomorrow; tomorow = tomorrow; idk = i do not know; idc = i do not care;
rn = right now; atm = right now; ngl = not going to lie; tbh = to be honest; fr = for real; irl = in real life;
fyi = for your information; nvm = never mind; smh = shaking my head; tfw = that feeling when; kms = kill myself;
kys = kill yourself; unaliving = killing myself; sh = self harm; shd = self harmed; sui = suicidal;
suey = suicide; sewerslide = suicide; suislide = suicide; offing = killing; gtfo = get out; ppl = people;
sb = somebody; sum1 = someone; some1 = someone; any1 = anyone; no1 = no one; every1 = everyone;
smth = something; sth = something; sumthing = something; sumthin = something; nothin = nothing;
nuthin = nothing; nthn = nothing; evrythin = everything; everythin = everything; bc = because; cuz = because;
cos = because; coz = because; bcos = because; becuz = because; becoz = because; tho = though; thru = through;
pls = please; plz = please; plss = please; thx = thanks; tnx = thanks; ty = thanks; abt = about; bout = about;
n = and; nd = and; da = the; teh = the; dat = that; dis = this; wit = with; w = with; wiv = with; ov = of;
enuf = enough; nuff = enough; luv = love; thnk = think; thot = thought; thots = thoughts; fink = think;
wat = what; wot = what; wut = what; hav = have; hv = have; gf = girlfriend; bf = boyfriend;
bestie = best friend; bff = best friend; bday = birthday; hubby = husband; gma = grandma; lil = little;
bro = brother; sis = sister; nite = night; gud = good; nt = not; nvr = never; neva = never; evr = ever;
sry = sorry; srry = sorry; srsly = seriously; rly = really; rlly = really; realy = really; prob = probably;
probs = probably; def = definitely; obv = obviously; msg = message; msgs = messages; txt = text; pic = picture;
pics = pictures; meds = tablets; med = tablet; xtra = extra; cud = could; shud = should; wud = would;
jus = just; jst = just; yr = year; yrs = years; hr = hour; hrs = hours; min = minute; mins = minutes; wk = week;
wks = weeks; mo = month; ded = dead; dyin = dying; livin = living; cuttin = cutting; bleedin = bleeding;
hurtin = hurting; killin = killing; feelin = feeling; goin = going; doin = doing; thinkin = thinking;
takin = taking; drinkin = drinking; nuttin = nothing; sucide = suicide; suacide = suicide; suicde = suicide;
suicidle = suicidal; suicidel = suicidal; sucidal = suicidal; killmyself = kill myself; endit = end it;
selfharm = self harm; alot = a lot; evry = every; lyf = life; lyfe = life
"""

# French as it sounds: what the accent tells apart. Written here as it is typed.
BY_SOUND = """
jé = jai; gé = jai; cé = cest; sé = cest; mé = mais; lé = les; dé = des; té = tes; ké = que; é = et; sété = cetait; cété = cetait
pâ = pas; avé = avais; jlé = jlai; jsé = jsais; jétai = jetais; étai = etais; alé = aller; fé = fait
"""

# After an apostrophe, or what stands before one. A pair that is not named here is an elision; its parts stay apart.
CONTRACTED = """
i m = i am; i ve = i have; i d = i would; i ll = i will; you re = you are; you ve = you have; you ll = you will;
you d = you would; he s = he is; she s = she is; it s = it is; that s = that is; what s = what is;
there s = there is; here s = here is; where s = where is; who s = who is; let s = let us; how s = how is;
everyone s = everyone is; nobody s = nobody is; everything s = everything is; nothing s = nothing is;
we re = we are; we ve = we have; we ll = we will; we d = we would; they re = they are; they ve = they have;
they ll = they will; they d = they would; he ll = he will; she ll = she will; it ll = it will; he d = he would;
she d = she would; it d = it would; that ll = that will; there ll = there will; don t = do not; can t = can not;
won t = will not; didn t = did not; isn t = is not; doesn t = does not; wasn t = was not; haven t = have not;
hasn t = has not; shouldn t = should not; wouldn t = would not; couldn t = could not; aren t = are not;
ain t = is not; weren t = were not; hadn t = had not; mustn t = must not; needn t = need not; j = je; m = me;
t = te; l = le; d = de; s = se; n = ne; c = ce; qu = que; jusqu = jusque; lorsqu = lorsque; puisqu = puisque;
quelqu = quelqu; y = y; pt = petit
"""

# Forms that are also words of the other language: read only where the message as a whole is in theirs.
FRENCH_ONLY = frozenset(
    "o g ms vs ss sui pa ki ke plu pus pis fer ct pr ds ac mm hp den tt ns dc pb tel ya doi b1 r1 bff".split()
)
ENGLISH_ONLY = frozenset(
    "bout pic ima u r n w ya 2 4 dont id its hes shes shed wed sh mo min mins med def fr bf cos da dis wit sb ty hr sui wk thot".split()
)

# Letters that look like others.
LOOKALIKES: dict[int, str | int | None] = {
    **str.maketrans("аеорсухіѕјԁԛԝһоηικνρτυχαεοøłđıðþ", "aeopcyxisjdqwhonikvptuxaeooldidp"),
    ord("œ"): "oe",
    ord("æ"): "ae",
}
LEET = str.maketrans("0134578@$!|€", "oieastbasiie")
LEET_L = str.maketrans("0134578@$!|€", "oleastbaslle")

# Words that tell in which language somebody writes, where a typed form means two things.
FRENCH_WORDS = frozenset(
    """je tu il elle on nous vous ils elles le la les un une des du de et est pas plus que qui ce cette mon ma mes son
    sa ses ne me te se suis ai as avez sont mais pour avec dans sur par rien tout tous jamais moi toi lui leur bien
    quand comme faire fait veux peux vais va cest jai jsuis jveux jvais chui jpp mourir vie envie ca sais pk mdr svp
    bonjour merci demain soir aujourd hui trop tres toujours encore ai ete etre avoir au aux""".split()
)
ENGLISH_WORDS = frozenset(
    """i you he she it we they the a an and is are was were be been to of in for with my your his her our their this
    that not no do does did have has had will would can could should just so what when how why who if or but at by
    from as all out up get got want need feel like know think dont cant im ive its going go now never really one
    been me am life die kill tonight today tomorrow someone anyone people please thanks""".split()
) - {"me", "a", "as", "on"}
