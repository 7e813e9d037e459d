package main

// extra is what the table of states does not say of a seat.
type extra struct {
	name      string // in place of the table's
	former    bool   // the state does not exist today: it is no actor of the corpus
	codes     []string
	names     []string
	successor string
	note      string
}

// extras are former names and codes, so that both resolve, and what a reader of
// a seat's votes must know.
var extras = map[string]extra{
	"BEN": {codes: []string{"DHY"}, names: []string{"Dahomey"}},
	"BFA": {codes: []string{"HVO"}, names: []string{"Upper Volta"}},
	"BLR": {codes: []string{"BYS"}, names: []string{"Byelorussian SSR", "Byelorussian Soviet Socialist Republic"}},
	"BOL": {names: []string{"Bolivia", "Bolivia (Plurinational State of)"}},
	"CAF": {names: []string{"Central African Empire"}},
	"CHN": {note: "from session 26 (October 1971), when the seat passed from the Republic of China (TWN)"},
	"CIV": {names: []string{"Côte d'Ivoire", "Ivory Coast"}},
	"COD": {codes: []string{"ZAR"}, names: []string{"Zaire", "Democratic Republic of the Congo", "Congo (Leopoldville)", "Congo (Democratic Republic of)"}},
	"COG": {names: []string{"Congo (Brazzaville)", "Republic of the Congo"}},
	"CPV": {names: []string{"Cape Verde", "Cabo Verde"}},
	"CSK": {former: true, names: []string{"Czechoslovak Socialist Republic"}, note: "to the end of 1992; then CZE and SVK"},
	"CZE": {names: []string{"Czech Republic", "Czechia"}},
	"DDR": {former: true, names: []string{"East Germany", "German DR"}, successor: "DEU", note: "session 28 to 44; joined DEU on 3 October 1990"},
	"DEU": {name: "Germany", names: []string{"West Germany", "German Federal Republic", "Federal Republic of Germany", "Germany, Federal Republic of"}, note: "to session 45 the Federal Republic before unification"},
	"EAZ": {former: true, successor: "TZA", note: "one session; the code is not of ISO 3166"},
	"EGY": {names: []string{"United Arab Republic"}, note: "sessions 13 to 15: the United Arab Republic of Egypt and Syria"},
	"FSM": {names: []string{"Micronesia", "Micronesia (Federated States of)"}},
	"GBR": {names: []string{"United Kingdom", "Great Britain"}},
	"GMB": {names: []string{"Gambia", "The Gambia"}},
	"IDN": {note: "left the United Nations from January 1965 to September 1966; the source has it as absent"},
	"IRN": {names: []string{"Iran", "Iran (Islamic Republic of)"}},
	"KHM": {names: []string{"Kampuchea", "Democratic Kampuchea", "Khmer Republic"}},
	"KOR": {names: []string{"South Korea", "Republic of Korea"}},
	"LAO": {names: []string{"Laos", "Lao PDR"}},
	"LBY": {names: []string{"Libya", "Libyan Arab Jamahiriya"}},
	"LKA": {names: []string{"Ceylon"}},
	"MDA": {names: []string{"Moldova", "Republic of Moldova"}},
	"MDG": {names: []string{"Malagasy Republic"}},
	"MDV": {names: []string{"Maldive Islands"}},
	"MKD": {names: []string{"North Macedonia", "The former Yugoslav Republic of Macedonia", "Macedonia"}},
	"MMR": {codes: []string{"BUR"}, names: []string{"Burma"}},
	"MYS": {names: []string{"Federation of Malaya", "Malaya"}},
	"NLD": {names: []string{"Netherlands (Kingdom of the)", "Netherlands"}},
	"PRK": {names: []string{"North Korea", "Democratic People's Republic of Korea"}},
	"RUS": {codes: []string{"SUN"}, names: []string{"Russia", "Soviet Union", "USSR", "Union of Soviet Socialist Republics"}, note: "to December 1991 the Union of Soviet Socialist Republics"},
	"ROU": {codes: []string{"ROM"}, names: []string{"Rumania"}},
	"SCG": {former: true, successor: "SRB", note: "session 58 to 60; the name of the Federal Republic of Yugoslavia from February 2003"},
	"SRB": {note: "from June 2006; the seat of Serbia and Montenegro (SCG), before that of Yugoslavia (YUG)"},
	"SWZ": {names: []string{"Swaziland", "Eswatini"}},
	"SYR": {names: []string{"Syria"}, note: "sessions 13 to 15 in the United Arab Republic (EGY); the source has it as absent"},
	"THA": {names: []string{"Siam"}},
	"TLS": {codes: []string{"TMP"}, names: []string{"East Timor"}},
	"TUR": {names: []string{"Türkiye", "Turkiye"}},
	"TWN": {former: true, names: []string{"Republic of China", "Taiwan"}, successor: "CHN", note: "China's seat as held by the Republic of China, to session 26 (October 1971)"},
	"TZA": {names: []string{"Tanganyika", "Tanzania"}},
	"UKR": {names: []string{"Ukrainian SSR", "Ukrainian Soviet Socialist Republic"}},
	"USA": {names: []string{"United States", "US"}},
	"VEN": {names: []string{"Venezuela", "Venezuela (Bolivarian Republic of)"}},
	"VNM": {names: []string{"Vietnam"}},
	"YEM": {name: "Yemen", codes: []string{"YAR"}, names: []string{"North Yemen"}, note: "to session 45 the Yemen Arab Republic"},
	"YMD": {former: true, names: []string{"South Yemen", "Democratic Yemen", "People's Democratic Republic of Yemen", "Southern Yemen", "Yemen People's Republic"}, successor: "YEM", note: "session 22 to 44; joined YEM in May 1990"},
	"YUG": {
		former: true, names: []string{"Federal Republic of Yugoslavia", "Socialist Federal Republic of Yugoslavia"}, successor: "SCG",
		note: "session 1 to 57; from September 1992 (resolution 47/1) to November 2000 it took no part, and the source's few rows of that time say absent",
	},
	"ZAF": {note: "took no part from November 1974 to June 1994; the source has it as absent"},
	"ZWE": {note: "the source has no rows for 73 roll calls of session 71"},
}
