package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io"

	"entente"
	"entente/internal/message"
)

// frame is what stands around the text of every page.
type frame struct {
	Lang      string
	Title     string
	Kicker    string
	Lede      string
	Nav       []navEntry
	Islands   []string
	Settings  []string // the settings in words; empty on pages without
	LeftOut   string
	Stale     string // the link was made with another version of the corpus
	Known     string // the page shows what was known at an instant of the past
	Styles    []string
	Now       string     // the address of the same page as it is known now
	Done      string     // what was just done
	Desk      *deskFrame // on pages of the workbench
	Permalink string
	Twins     []twin
	Notes     []twin
	Corpus    entente.Info
	Sources   []sourceLine
	Content   template.HTML
	Languages []twin
}

type navEntry struct {
	name       string
	Href, Word string
	Current    bool
}

type twin struct {
	Href, Word, Media string
	Current           bool
}

// sourceLine is one entry of a page's list of sources.
type sourceLine struct {
	ID       entente.SourceID
	Citation template.HTML
	Lang     string
	URL      string
	Status   string
}

// navigation is the one list of what the header leads to.
var navigation = []struct{ name, href string }{
	{"compare", "/"},
	{"propositions", "/propositions"},
	{"actors", "/actors"},
	{"instruments", "/instruments"},
	{"votes", "/votes"},
	{"network", "/network"},
	{"scale", "/scale"},
	{"sources", "/sources"},
	{"search", "/search"},
	{"methods", "/methods"},
	{"about", "/about"},
}

// reader says for whom a page is made; it decides what the header leads to.
type reader string

// The readers. A page that is kept is kept for each of them.
const (
	anyone  reader = ""        // there is no workbench: one page for everybody
	visitor reader = "visitor" // has not signed in and may read nothing
	guest   reader = "guest"   // has not signed in
	member  reader = "member"  // signed in, or the one user of a workbench on this machine
)

// newFrame is the frame for a reader. A visitor learns nothing of the corpus.
func newFrame(t *message.Catalogue, who reader, info entente.Info) *frame {
	f := &frame{Lang: t.Lang(), Styles: []string{"style.css"}}
	if who == visitor {
		return f
	}
	f.Corpus = info
	for _, n := range navigation {
		f.Nav = append(f.Nav, navEntry{n.name, n.href, t.Label("nav", n.name), false})
	}
	switch who {
	case guest:
		f.Nav = append(f.Nav, navEntry{"signin", "/signin", t.T("nav.signin"), false})
	case member:
		f.Nav = append(f.Nav, navEntry{"desk", "/desk", t.T("nav.desk"), false})
	}
	return f
}

// at marks the entry of the navigation that the page belongs to.
func (f *frame) at(name string) {
	for i := range f.Nav {
		f.Nav[i].Current = f.Nav[i].name == name
	}
}

// fill executes one template by name.
func fill(w io.Writer, set *template.Template, name string, data any) error {
	tmpl := set.Lookup(name + ".html")
	if tmpl == nil {
		return fmt.Errorf("there is no template %s.html", name)
	}
	return tmpl.Execute(w, data)
}

// enclose makes a page of its content and its frame, for pages that show no
// corpus.
func (k *kit) enclose(t *message.Catalogue, f *frame) ([]byte, error) {
	var out bytes.Buffer
	err := fill(&out, k.bare[t.Lang()], "layout", f)
	return out.Bytes(), err
}

// fault makes the page of an error.
func (k *kit) fault(t *message.Catalogue, who reader, info entente.Info, screen failScreen) ([]byte, error) {
	var content bytes.Buffer
	if err := fill(&content, k.bare[t.Lang()], "fault", screen); err != nil {
		return nil, err
	}
	f := newFrame(t, who, info)
	f.Title = t.Label("status", fmt.Sprint(screen.Status))
	f.Content = template.HTML(content.String()) //nolint:gosec // made by html/template above
	return k.enclose(t, f)
}
