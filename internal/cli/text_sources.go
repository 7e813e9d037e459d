package cli

import (
	"slices"

	"entente"
	"entente/internal/cite"
)

// cited writes the short citation with its pinpoint and, unless the record is
// primary, its level.
func (p *printer) cited(src entente.SourceID, pinpoint, level string) string {
	s := p.sources[src]
	switch {
	case s == "":
		s = string(src)
	case !slices.Contains(p.used, src):
		p.used = append(p.used, src)
	}
	if pinpoint != "" {
		s += ", " + pinpoint
	}
	if level != "" && level != string(entente.Primary) {
		s += " (" + level + ")"
	}
	return s
}

// sourceList resolves the short citations of the text above: in the order of
// the short forms, each with its full citation and its id.
func (p *printer) sourceList() {
	if len(p.used) == 0 {
		return
	}
	list := slices.Clone(p.used)
	slices.SortFunc(list, func(a, b entente.SourceID) int {
		switch x, y := p.sources[a], p.sources[b]; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	p.section("Sources", quiet(" – "+itoa(len(list))))
	for _, id := range list {
		if s := p.corpus.Source(id); s != nil {
			p.flow(2, 6, strong(p.sources[id]), plain(": "+cite.Footnote(s, cite.Place{}).String()), quiet(" ["+string(id)+"]"))
		}
	}
}
