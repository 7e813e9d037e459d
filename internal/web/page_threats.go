package web

import (
	"strconv"
	"strings"
	"unicode"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/stix/threat"
	"entente/internal/exchange/threats"
	"entente/internal/view"
)

// The most that the page shows at once; the data behind it has everything.
const (
	shownMeans      = 60 // of one kind and attacker
	shownReferences = 6  // of one claim
	shownAttackers  = 150
)

// threatsScreen is what is reported of attacks on an actor.
type threatsScreen struct {
	V       *threats.Page
	Empty   bool // nothing was imported or accepted
	Stored  bool // the corpus is in a store, into which something can be imported
	Aims    []aimRow
	Against []attackerRow
	Named   []attackerRow
	// MoreAgainst and MoreNamed count those that only the data lists.
	MoreAgainst, MoreNamed int
}

// aimRow is an aim with the attackers that are reported to have it.
type aimRow struct {
	Word string
	N    int
}

// attackerRow is one attacker.
type attackerRow struct {
	Name     string
	Kind     string
	Names    []string
	Joined   []string
	ID       string // of the element
	Victims  []claimRow
	Sponsors []claimRow
	Aims     []claimRow
	Means    []meansGroup
	Said     []saidRow
}

// claimRow is one claim of one source.
type claimRow struct {
	Words      string
	Aim        string // in words, for a claim of an aim
	Relation   string
	Confidence string
	Said       saidRow
}

// meansGroup is the means of one kind.
type meansGroup struct {
	Kind string
	N    int
	List []meansRow
	More int
}

type meansRow struct {
	Name, ID, Via string
	Said          saidRow
}

// saidRow is where something is said.
type saidRow struct {
	Import string
	Object string
	Refs   []ref
	More   int
}

func buildThreats(s *site, r *request) (*result, error) {
	id, err := view.Resolve(s.corpus, r.path("id"))
	if err != nil {
		return nil, err
	}
	if string(id) != r.path("id") {
		return r.canonical("/actors/" + string(id) + "/threats"), nil
	}
	p, err := r.threats.Page(s.corpus, id, handling.Clear)
	if err != nil {
		return nil, err
	}
	v := p.Data.(*threats.Page)
	screen := &threatsScreen{V: v, Empty: r.threats.Empty(), Stored: s.stored}
	for _, a := range v.Aims {
		screen.Aims = append(screen.Aims, aimRow{r.t.Label("threat-aim", string(a.Aim)), a.Attackers})
	}
	screen.Aims = append(screen.Aims, aimRow{r.t.T("threats.aim.other"), v.Other}, aimRow{r.t.T("threats.aim.untold"), v.Untold})
	screen.Against, screen.MoreAgainst = attackerRows(r, "a", v.Against)
	screen.Named, screen.MoreNamed = attackerRows(r, "n", v.Named)
	lede := r.t.T("threats.lede", "n", len(v.Against), "name", v.Actor.Name, "read", v.Read)
	if screen.Empty {
		lede = r.t.T("threats.lede.empty", "name", v.Actor.Name)
	}
	return &result{view: p, screen: screen, title: r.t.T("threats.title", "name", v.Actor.Name), kicker: r.t.T("threats.kicker"), lede: lede}, nil
}

func attackerRows(r *request, prefix string, list []threat.Attacker) (out []attackerRow, more int) {
	for i := range list {
		if i == shownAttackers {
			return out, len(list) - i
		}
		out = append(out, attackerOf(r, prefix+strconv.Itoa(i+1), &list[i]))
	}
	return out, 0
}

func attackerOf(r *request, id string, a *threat.Attacker) attackerRow {
	row := attackerRow{Name: foreign(a.Name), Kind: a.Kind, Names: foreignAll(a.Names), Joined: foreignAll(a.Joined), ID: id}
	for _, c := range a.Victims {
		row.Victims = append(row.Victims, claimOf(c))
	}
	for _, c := range a.Sponsors {
		row.Sponsors = append(row.Sponsors, claimOf(c))
	}
	for _, c := range a.Aims {
		x := claimOf(c.Claim)
		if x.Aim = r.t.T("threats.aim.other"); c.Aim != "" {
			x.Aim = r.t.Label("threat-aim", string(c.Aim))
		}
		row.Aims = append(row.Aims, x)
	}
	for _, m := range a.Means { // they stand by kind
		if n := len(row.Means); n == 0 || row.Means[n-1].Kind != m.Kind {
			row.Means = append(row.Means, meansGroup{Kind: m.Kind})
		}
		g := &row.Means[len(row.Means)-1]
		if g.N++; len(g.List) < shownMeans {
			g.List = append(g.List, meansRow{foreign(m.Name), foreign(m.ID), foreign(m.Via), saidOf(m.Said)})
		} else {
			g.More++
		}
	}
	for _, s := range a.Said {
		row.Said = append(row.Said, saidOf(s))
	}
	return row
}

func claimOf(c threat.Claim) claimRow {
	return claimRow{Words: foreign(c.Words), Relation: foreign(c.Relation), Confidence: foreign(c.Confidence), Said: saidOf(c.Said)}
}

func saidOf(s threat.Said) saidRow {
	out := saidRow{Import: s.Import, Object: s.Object}
	for i, r := range s.References {
		if i == shownReferences {
			out.More = len(s.References) - i
			break
		}
		out.Refs = append(out.Refs, refOf(r))
	}
	return out
}

// foreign makes the words of others fit to stand among the page's own: what would
// turn or hide the text around it is replaced, so that it shows that something was
// there.
func foreign(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r == 0xfeff, r == 0x061c:
			return '\ufffd'
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

func foreignAll(list []string) []string {
	var out []string
	for _, s := range list {
		out = append(out, foreign(s))
	}
	return out
}

// refOf names a reference; only web addresses become links.
func refOf(r stix.Reference) ref {
	name := foreign(strings.TrimSpace(r.SourceName + " " + r.ExternalID))
	if name == "" {
		name = foreign(r.URL)
	}
	if strings.HasPrefix(r.URL, "https://") || strings.HasPrefix(r.URL, "http://") {
		if host, _, ok := strings.Cut(strings.SplitN(r.URL, "//", 2)[1], "/"); ok && r.ExternalID == "" {
			name = foreign(host)
		}
		return ref{Href: r.URL, Name: name}
	}
	return ref{Name: name}
}
