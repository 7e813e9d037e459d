package view

import "entente"

// otherNames maps other common names, folded (see fold), to actors: former
// names, short names, native short forms. A corpus without the actor is not
// touched by its entry.
var otherNames = map[string]entente.ActorID{
	"america": "usa", "us": "usa", "u s": "usa", "u s a": "usa", "united states": "usa",
	"uk": "gbr", "u k": "gbr", "britain": "gbr", "great britain": "gbr", "united kingdom of great britain and northern ireland": "gbr",
	"south korea": "kor", "republic of korea": "kor", "rok": "kor", "korea south": "kor",
	"north korea": "prk", "dprk": "prk", "korea north": "prk",
	"turkey": "tur", "turkiye": "tur", "czech republic": "cze", "czechia": "cze",
	"russia": "rus", "prc": "chn", "people s republic of china": "chn",
	"iran": "irn", "islamic republic of iran": "irn", "syria": "syr", "laos": "lao", "lao pdr": "lao", "vietnam": "vnm", "viet nam": "vnm",
	"burma": "mmr", "brunei": "brn", "east timor": "tls", "philippines": "phl",
	"ivory coast": "civ", "cote d ivoire": "civ", "cape verde": "cpv", "swaziland": "swz", "drc": "cod", "dr congo": "cod", "congo kinshasa": "cod",
	"congo brazzaville": "cog", "republic of the congo": "cog", "tanzania": "tza", "gambia": "gmb",
	"macedonia": "mkd", "moldova": "mda", "holland": "nld", "bosnia": "bih", "slovak republic": "svk", "eesti": "est", "nippon": "jpn", "aotearoa": "nzl",
	"vatican": "vat", "vatican city": "vat", "palestine": "pse", "micronesia": "fsm", "st lucia": "lca",
	"st kitts and nevis": "kna", "st vincent and the grenadines": "vct", "uae": "are", "emirates": "are", "bolivia": "bol", "venezuela": "ven",
	"europe": "eu", "red cross": "icrc", "ccdcoe": "nato-ccdcoe", "nato ccdcoe": "nato-ccdcoe", "security council": "unsc", "general assembly": "unga",
	"oewg": "un-oewg-2021", "freedom online coalition": "foc",
}
