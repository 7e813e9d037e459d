package cite

import (
	"regexp"
	"strings"
)

// pinRules bring the ways of writing a place to one: "p. 541", "pp. 8–9",
// "para 8", "paras 2–4", "section 3", "footnote 27", "art 5". Order matters.
var pinRules = []struct {
	find *regexp.Regexp
	put  string
}{
	{regexp.MustCompile(`\s+`), " "},
	{regexp.MustCompile(`(?i)\b(?:pages|pp)\b\.?\s*(\d)`), "pp. $1"},
	{regexp.MustCompile(`(?i)\b(?:page|p)\b\.?\s*(\d)`), "p. $1"},
	{regexp.MustCompile(`(?i)\bp(\d+)\b`), "p. $1"},
	{regexp.MustCompile(`(?i)\b(?:paragraphs|paras)\b\.?\s*(\d)`), "paras $1"},
	{regexp.MustCompile(`(?i)\b(?:paragraph|para)\b\.?\s*(\d)`), "para $1"},
	{regexp.MustCompile(`¶¶\s*(\d)`), "paras $1"},
	{regexp.MustCompile(`¶\s*(\d)`), "para $1"},
	{regexp.MustCompile(`(?i)\b(?:section|sect|sec)\b\.?\s*(\d)`), "section $1"},
	{regexp.MustCompile(`§\s*(\d)`), "section $1"},
	{regexp.MustCompile(`(?i)\b(?:footnote|fn)\b\.?\s*(\d)`), "footnote $1"},
	{regexp.MustCompile(`(?i)\b(?:footnotes|fns)\b\.?\s*(\d)`), "footnotes $1"},
	{regexp.MustCompile(`(?i)\b(?:article|art)\b\.?\s*(\d)`), "art $1"},
	{regexp.MustCompile(`\b(pp\. |paras |footnotes )(\d+)\s*-\s*(\d+)`), "$1$2–$3"},
	{regexp.MustCompile(`\s+([,;])`), "$1"},
}

// Pinpoint tidies a place in a source: one way of writing each kind of place,
// no stray spaces, no full stop or comma at its ends. Words are kept.
func Pinpoint(s string) string {
	for _, r := range pinRules {
		s = r.find.ReplaceAllString(s, r.put)
	}
	return strings.Trim(s, " ,;.")
}
