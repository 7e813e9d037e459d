package threat

import (
	"strings"

	"entente"
)

// otherNames are the common names of states beside the short name of the United
// Nations, by ISO 3166 alpha-3 code.
var otherNames = map[string][]string{
	"BOL": {"Bolivia"}, "BRN": {"Brunei"}, "CIV": {"Ivory Coast", "Cote d'Ivoire"}, "COD": {"Congo (Democratic Republic of the)", "DR Congo", "DRC"},
	"CPV": {"Cape Verde"}, "CZE": {"Czech Republic"}, "FSM": {"Micronesia"}, "GBR": {"UK", "Great Britain", "United Kingdom of Great Britain and Northern Ireland"},
	"IRN": {"Iran", "Islamic Republic of Iran"}, "KOR": {"South Korea", "Korea (Republic of)", "Korea, Republic of"}, "LAO": {"Laos"},
	"MDA": {"Moldova", "Moldova (Republic of)"}, "MKD": {"Macedonia"}, "MMR": {"Burma"}, "NLD": {"The Netherlands", "Holland"}, "CHN": {"PRC", "People's Republic of China"},
	"PRK": {"North Korea", "Korea (Democratic People's Republic of)", "DPRK"}, "PSE": {"Palestine", "Palestine, State of"}, "RUS": {"Russia"},
	"SWZ": {"Swaziland"}, "SYR": {"Syria"}, "TLS": {"East Timor"}, "TUR": {"Turkey"}, "TZA": {"Tanzania", "Tanzania, United Republic of"},
	"USA": {"United States", "U.S.", "The United States"}, "VAT": {"Vatican City"}, "VEN": {"Venezuela"}, "VNM": {"Vietnam"},
}

// namesOf gives the names by which sources may mean an actor, folded.
func namesOf(a *entente.Actor) map[string]bool {
	out := map[string]bool{fold(a.Name): true}
	for _, n := range append([]string{a.ISO2, a.ISO3}, otherNames[a.ISO3]...) {
		if n != "" {
			out[fold(n)] = true
		}
	}
	return out
}

// fold makes two writings of a name equal: letters small, nothing but letters
// and digits.
func fold(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		if r == ' ' || r == '-' || r == '_' || r == '.' || r == ',' || r == '\'' || r == '’' || r == '(' || r == ')' {
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
