package extract

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Where running heads and feet may stand, and how often they must come back.
const (
	headZone     = 0.12 // share of the page's height, at the top and at the bottom
	footZone     = 0.12
	sameHeight   = 3.0 // points by which the places of repeated lines may differ
	minRepeats   = 3   // pages
	minShare     = 0.2 // of all pages
	maxFurniture = 160 // runes
)

var (
	numberIn = regexp.MustCompile(`\d{1,5}`)
	// barePage is a line that is nothing but a page number: "3", "- 3 -", "3/12",
	// "Page 3 of 12", "iv".
	barePage = regexp.MustCompile(`(?i)^[-–—|. ]*(?:(?:page|p\.|lk|seite|页|頁)\s*)?(\d{1,5}|[ivxl]{1,7})(?:\s*(?:/|of|von|from|\|)\s*\d{1,5})?[-–—|. ]*(?:page)?$`)
)

// A repeat is a line that comes back: its text, with a number that goes along
// with the pages replaced by how far it is from them.
type repeat struct {
	text   string
	height int // where it stands, in steps of sameHeight
}

// dropFurniture takes bare page numbers and running heads and feet off the
// pages, and returns the texts of the latter. It looks in the margins only: a
// line must stand in the outer eighth of its page, at the same height and with
// the same text (but for the page number) on at least three pages and a fifth of
// all pages. A bare number must go along with the pages on two pages, or be the
// page's own number.
func dropFurniture(doc *pdfDoc) []string {
	seen := map[repeat]map[int]bool{}
	offsets := map[int]map[int]bool{}
	each(doc, func(p int, page *pdfPage, l *pdfLine) bool {
		for _, r := range repeats(p, l) {
			if seen[r] == nil {
				seen[r] = map[int]bool{}
			}
			seen[r][p] = true
		}
		if n, ok := pageNumber(l.text); ok {
			if offsets[n-p] == nil {
				offsets[n-p] = map[int]bool{}
			}
			offsets[n-p][p] = true
		}
		return false
	})
	need := max(minRepeats, int(math.Ceil(minShare*float64(len(doc.pages)))))
	var dropped []string
	each(doc, func(p int, page *pdfPage, l *pdfLine) bool {
		if n, ok := pageNumber(l.text); ok && (n == p || len(offsets[n-p]) >= 2) {
			return true
		}
		for _, r := range repeats(p, l) {
			if pagesNear(seen, r) >= need {
				if !slices.Contains(dropped, l.text) {
					dropped = append(dropped, l.text)
				}
				return true
			}
		}
		return false
	})
	return dropped
}

// each calls fn for every line in a margin, and drops the line when fn says so.
func each(doc *pdfDoc, fn func(int, *pdfPage, *pdfLine) bool) {
	for i := range doc.pages {
		page := &doc.pages[i]
		kept := page.lines[:0]
		for _, l := range page.lines {
			margin := l.bottom < headZone*page.height || l.top > (1-footZone)*page.height
			if margin && utf8.RuneCountInString(l.text) <= maxFurniture && fn(i+1, page, &l) {
				continue
			}
			kept = append(kept, l)
		}
		page.lines = kept
	}
}

// repeats are the forms in which a line may come back: as it is, and with each
// of its numbers read as a page number.
func repeats(page int, l *pdfLine) []repeat {
	text := strings.ToLower(clean(l.text))
	height := int(math.Round(l.bottom / sameHeight))
	out := []repeat{{text, height}}
	for i, at := range numberIn.FindAllStringIndex(text, 6) {
		n, _ := strconv.Atoi(text[at[0]:at[1]])
		out = append(out, repeat{fmt.Sprintf("%s\x00%d.%+d\x00%s", text[:at[0]], i, n-page, text[at[1]:]), height})
	}
	return out
}

// pagesNear counts the pages on which a line stands at this height or the one
// next to it.
func pagesNear(seen map[repeat]map[int]bool, r repeat) int {
	best := 0
	for _, other := range []int{-1, 1} {
		n := len(seen[r])
		near := r
		near.height += other
		for p := range seen[near] {
			if !seen[r][p] {
				n++
			}
		}
		best = max(best, n)
	}
	return best
}

// pageNumber reads a line that is nothing but a page number.
func pageNumber(text string) (int, bool) {
	m := barePage.FindStringSubmatch(strings.TrimSpace(clean(text)))
	if m == nil {
		return 0, false
	}
	if n, err := strconv.Atoi(m[1]); err == nil {
		return n, true
	}
	for n := 1; n < 90; n++ {
		if roman(n) == strings.ToLower(m[1]) {
			// Roman pages count by themselves: keep them apart from others.
			return n, true
		}
	}
	return 0, false
}

// noteFurniture says which heads and feet were left out.
func noteFurniture(b *builder, dropped []string) {
	if len(dropped) == 0 {
		return
	}
	const most = 5
	more := ""
	if len(dropped) > most {
		more = fmt.Sprintf(" and %d more", len(dropped)-most)
		dropped = dropped[:most]
	}
	quoted := make([]string, len(dropped))
	for i, d := range dropped {
		quoted[i] = "“" + clip(strings.ReplaceAll(clean(d), "\n", " "), 60) + "”"
	}
	b.note("Left out as running heads or feet: %s%s.", strings.Join(quoted, ", "), more)
}
