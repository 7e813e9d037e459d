package refi

import (
	"slices"
	"strings"

	"entente/internal/ingest"
)

// codeAt is a code with its place in the tree.
type codeAt struct {
	name, path string
	parent     *codeAt
}

// below reports whether the code lies below the code of that path.
func (c *codeAt) below(path string) bool {
	return path != "" && strings.HasPrefix(c.path, path+Sep)
}

// book is the code book of a project, with the rules of the settings.
type book struct {
	s      Settings
	byID   map[string]*codeAt
	rules  map[*codeAt]Code
	stance map[string]string // stance words in lower case
}

// maxNested bounds the levels of the code book.
const maxNested = 100

// newBook puts the codes in order and finds the codes of the rules. A rule
// whose code is not there, or fits several, is an error.
func newBook(name string, codes []code, s Settings) (*book, error) {
	b := &book{s: s, byID: map[string]*codeAt{}, rules: map[*codeAt]Code{}, stance: map[string]string{}}
	var all []*codeAt
	var walk func(list []code, parent *codeAt, depth int) error
	walk = func(list []code, parent *codeAt, depth int) error {
		if depth > maxNested {
			return ingest.Fault(name+" (project.qde)", "", "the codes have more than %d levels", maxNested)
		}
		for i := range list {
			c := &codeAt{name: ingest.Clean(list[i].Name), parent: parent}
			c.path = c.name
			if parent != nil {
				c.path = parent.path + Sep + c.name
			}
			b.byID[guid(list[i].GUID)] = c
			all = append(all, c)
			if err := walk(list[i].Codes, c, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	if err := walk(codes, nil, 1); err != nil {
		return nil, err
	}
	for w, stance := range s.StanceWords {
		b.stance[strings.ToLower(strings.TrimSpace(w))] = stance
	}
	for _, r := range s.Codes {
		found := b.find(r.Code, all)
		switch len(found) {
		case 1:
			b.rules[found[0]] = r
		case 0:
			return nil, ingest.Fault(name, "the codes are "+ingest.Clip(paths(all), 300), "there is no code %q", r.Code)
		default:
			return nil, ingest.Fault(name, "write the codes above it too: "+ingest.Clip(paths(found), 300), "%d codes have the name %q", len(found), r.Code)
		}
	}
	for _, group := range []string{s.Propositions, s.Stances} {
		if group != "" && group != "*" && !slices.ContainsFunc(all, func(c *codeAt) bool { return c.path == group }) {
			return nil, ingest.Fault(name, "the codes are "+ingest.Clip(paths(all), 300), "there is no code %q", group)
		}
	}
	return b, nil
}

func (b *book) find(want string, all []*codeAt) []*codeAt {
	if c := b.byID[guid(want)]; c != nil {
		return []*codeAt{c}
	}
	var found []*codeAt
	for _, fits := range []func(*codeAt) bool{
		func(c *codeAt) bool { return c.path == want },
		func(c *codeAt) bool { return strings.EqualFold(c.name, want) },
	} {
		for _, c := range all {
			if fits(c) {
				found = append(found, c)
			}
		}
		if found != nil {
			break
		}
	}
	return found
}

func paths(list []*codeAt) string {
	var out []string
	for _, c := range list {
		out = append(out, c.path)
	}
	return strings.Join(out, ", ")
}

// guid brings an id to one form: lower case, no braces.
func guid(s string) string { return strings.ToLower(strings.Trim(strings.TrimSpace(s), "{}")) }

// meaning is what a code says of a passage.
type meaning struct {
	actor       string // it names the actor
	stance      string
	proposition string // empty: it is none
}

// meaning tells what a code says; ok is false for a code that no rule explains.
func (b *book) meaning(c *codeAt) (m meaning, ok bool) {
	if b.s.Actor.By == "code" && c.below(b.s.Actor.Name) {
		return meaning{actor: c.name}, true
	}
	word := b.stance[strings.ToLower(c.name)]
	if word != "" && c.below(b.s.Stances) {
		return meaning{stance: word}, true
	}
	if r, ok := b.rules[c]; ok {
		return meaning{proposition: r.Proposition, stance: r.Stance}, true
	}
	if word != "" && c.parent != nil {
		m, _ := b.plain(c.parent)
		if m.proposition == "" {
			m.proposition = c.parent.name
		}
		m.stance = word
		return m, true
	}
	return b.plain(c)
}

func (b *book) plain(c *codeAt) (meaning, bool) {
	if r, ok := b.rules[c]; ok {
		return meaning{proposition: r.Proposition, stance: r.Stance}, true
	}
	if b.s.Propositions == "*" || c.below(b.s.Propositions) {
		return meaning{proposition: c.name}, true
	}
	return meaning{}, false
}
