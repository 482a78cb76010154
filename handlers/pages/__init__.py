"""What the browser gets: templates, style, scripts, and what all our pages share on the way out."""
