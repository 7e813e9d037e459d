package desk

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"entente"
	"entente/internal/auth"
	"entente/internal/datapackage"
	"entente/internal/store"
	"entente/internal/view"
	"entente/internal/workbench"
)

var codebookRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/codebook", Action: auth.ReadDrafts, Do: showCodebook},
	{Method: http.MethodGet, Pattern: "/desk/codebook.json", Action: auth.ReadDrafts, Do: func(c *Call) error { return c.codebookData("json") }},
	{Method: http.MethodGet, Pattern: "/desk/codebook.csv", Action: auth.ReadDrafts, Do: func(c *Call) error { return c.codebookData("csv") }},
	{Method: http.MethodGet, Pattern: "/desk/codebook/{proposition}", Action: auth.ReadDrafts, Examples: []string{"/desk/codebook/law-ihl"}, Do: func(c *Call) error { return c.entry(nil, nil, http.StatusOK) }},
	{Method: http.MethodPost, Pattern: "/desk/codebook/{proposition}", Action: auth.EditCodebook, Examples: []string{"/desk/codebook/law-ihl"}, Do: saveEntry},
}

// codebookHref is the page of a proposition's codebook.
func codebookHref(p entente.PropositionID, more ...string) string {
	return "/desk/codebook/" + url.PathEscape(string(p)) + strings.Join(more, "")
}

// codebookScreen lists the propositions with the entry that holds for each.
type codebookScreen struct {
	Groups []codebookGroup
	With   int // propositions with an entry
	All    int
}

// codebookGroup is the propositions of one issue.
type codebookGroup struct {
	ID     string // of the heading
	Pillar entente.Pillar
	Issue  string
	List   []codebookRow
}

// codebookRow is one proposition.
type codebookRow struct {
	entente.Proposition
	Href  string
	State store.State
	Entry *entente.CodebookEntry // that holds; nil for none
	entry store.State
}

// codebookRows gathers the propositions, published and drafts, with their entries.
func (c *Call) codebookRows() ([]codebookRow, error) {
	x, err := c.choices()
	if err != nil {
		return nil, err
	}
	entries := map[entente.PropositionID]*codebookRow{}
	ask := store.Query{Kinds: []string{workbench.KindCodebook}, States: []store.State{store.Draft, store.InReview, store.Published}}
	for {
		list, next, err := c.Desk.Bench.List(c.Context(), c.User, ask)
		if err != nil {
			return nil, err
		}
		for i := range list {
			var r entente.Records
			if err := readRow(&r, &list[i]); err != nil || len(r.Codebooks) != 1 {
				continue // an unfinished draft
			}
			e := &r.Codebooks[0]
			if old := entries[e.Proposition]; old == nil || old.Entry.Version < e.Version {
				entries[e.Proposition] = &codebookRow{Entry: e, entry: list[i].State}
			}
		}
		if next == (store.Key{}) {
			break
		}
		ask.After = next
	}
	var out []codebookRow
	for i, p := range slices.Concat(x.corpus.Propositions, x.drafts.Propositions) {
		if slices.ContainsFunc(out, func(r codebookRow) bool { return r.ID == p.ID }) {
			continue
		}
		row := codebookRow{Proposition: p, Href: codebookHref(p.ID), State: store.Published}
		if i >= len(x.corpus.Propositions) {
			row.State = store.Draft
		}
		if e := entries[p.ID]; e != nil {
			row.Entry, row.entry = e.Entry, e.entry
		}
		out = append(out, row)
	}
	slices.SortStableFunc(out, func(a, b codebookRow) int {
		return cmp.Or(slices.Index(entente.Pillars, a.Pillar)-slices.Index(entente.Pillars, b.Pillar), strings.Compare(a.Issue, b.Issue))
	})
	return out, nil
}

func showCodebook(c *Call) error {
	rows, err := c.codebookRows()
	if err != nil {
		return err
	}
	s := &codebookScreen{All: len(rows)}
	for _, r := range rows {
		if n := len(s.Groups); n == 0 || s.Groups[n-1].Pillar != r.Pillar || s.Groups[n-1].Issue != r.Issue {
			s.Groups = append(s.Groups, codebookGroup{ID: "issue-" + codingKey(string(r.Pillar)+"-"+r.Issue), Pillar: r.Pillar, Issue: r.Issue})
		}
		g := &s.Groups[len(s.Groups)-1]
		g.List = append(g.List, r)
		if r.Entry != nil {
			s.With++
		}
	}
	return c.Show(Page{
		Template: "codebook", Data: s, Title: c.T.T("codebook.title"), Lede: c.T.T("codebook.lede", "with", s.With, "all", s.All), Nav: "codebook", Twins: []string{"json", "csv"}, Styles: []string{reviewStyle},
	})
}

// CodebookSchema names the shape of the codebook as JSON.
const CodebookSchema = "entente.codebook/1"

// entryData is a proposition with its codebook entry as data.
type codebookEntryData struct {
	Proposition entente.PropositionID `json:"proposition"`
	Pillar      entente.Pillar        `json:"pillar"`
	Issue       string                `json:"issue"`
	Statement   string                `json:"statement"`
	Parent      entente.PropositionID `json:"parent,omitempty"`
	Version     int                   `json:"version"` // 0: no entry
	State       store.State           `json:"state"`
	Since       string                `json:"since,omitempty"`
	Definition  string                `json:"definition,omitempty"`
	Examples    string                `json:"examples,omitempty"`
	Rules       string                `json:"rules,omitempty"`
	Note        string                `json:"note,omitempty"`
}

func (c *Call) codebookData(form string) error {
	rows, err := c.codebookRows()
	if err != nil {
		return err
	}
	data := []codebookEntryData{}
	t := view.Table{Name: "codebook", Header: []string{"proposition", "pillar", "issue", "statement", "parent", "version", "state", "in_force_since", "definition", "examples", "rules", "note"}}
	for _, r := range rows {
		d := codebookEntryData{Proposition: r.ID, Pillar: r.Pillar, Issue: r.Issue, Statement: r.Statement, Parent: r.Parent, State: r.State}
		if e := r.Entry; e != nil {
			d.Version, d.State, d.Since, d.Definition, d.Examples, d.Rules, d.Note = e.Version, r.entry, e.Date.String(), e.Definition, e.Examples, e.Rules, e.Note
		}
		data = append(data, d)
		t.Rows = append(t.Rows, []string{
			string(d.Proposition), string(d.Pillar), d.Issue, d.Statement, string(d.Parent), strconv.Itoa(d.Version), string(d.State), d.Since, d.Definition, d.Examples, d.Rules, d.Note,
		})
	}
	if form == "csv" {
		if err := c.exportedRows("codebook", len(t.Rows)); err != nil {
			return err
		}
	}
	return c.Data(form, struct {
		Schema string              `json:"schema"`
		List   []codebookEntryData `json:"propositions"`
	}{CodebookSchema, data}, t)
}

// entryScreen is the codebook of one proposition.
type entryScreen struct {
	Proposition *entente.Proposition
	State       store.State
	History     string
	Public      string
	Latest      *workbench.CodebookVersion
	Earlier     []earlierEntry
	Form        *Form // nil for who may not edit
	Fields      []Field
	Base        int
	Conflict    *Conflict
	Split       string
	Merge       string
}

// earlierEntry is a version that holds no more, with what came in its place.
type earlierEntry struct {
	workbench.CodebookVersion
	Changes []Side
}

// proposition reads the proposition of the address, published or a draft.
func (c *Call) proposition() (*entente.Proposition, *store.Version, error) {
	v, err := c.Desk.Bench.Record(c.Context(), c.User, store.Key{Kind: workbench.KindProposition, ID: c.Path("proposition")})
	if err != nil {
		return nil, nil, err
	}
	var r entente.Records
	if err := readRow(&r, v); err != nil || len(r.Propositions) != 1 {
		return &entente.Proposition{ID: entente.PropositionID(v.ID), Statement: Cells(v.Body)["statement"]}, v, nil // an unfinished draft
	}
	return &r.Propositions[0], v, nil
}

// entryFields are those of a codebook entry.
var entryNames = []string{"definition", "examples", "rules", "note"}

func entryCells(e *entente.CodebookEntry) map[string]string {
	return map[string]string{"definition": e.Definition, "examples": e.Examples, "rules": e.Rules, "note": e.Note}
}

// entry shows the codebook of a proposition; f is an edit that could not be saved.
func (c *Call) entry(f *Form, conflict *Conflict, status int) error {
	p, v, err := c.proposition()
	if err != nil {
		return err
	}
	list, err := c.Desk.Bench.Codebook(c.Context(), p.ID)
	if err != nil {
		return err
	}
	s := &entryScreen{Proposition: p, State: v.State, History: RecordHref(v.Kind, v.ID), Public: c.publicPage(v), Conflict: conflict}
	if len(list) > 0 {
		s.Latest, s.Base = &list[0], list[0].Version
	}
	for i := 1; i < len(list); i++ {
		e := earlierEntry{CodebookVersion: list[i]}
		e.Changes = c.Sides(workbench.KindCodebook, entryCells(&list[i].CodebookEntry), entryCells(&list[i-1].CodebookEntry), false)
		s.Earlier = append(s.Earlier, e)
	}
	if c.May(auth.EditCodebook) && v.State != store.Retired {
		if f == nil {
			f = c.NewForm()
			if s.Latest != nil {
				for name, value := range entryCells(&s.Latest.CodebookEntry) {
					f.Values.Set(name, value)
				}
				f.Values.Set("note", "")
			}
		} else if conflict == nil {
			if n, err := strconv.Atoi(f.Values.Get("base")); err == nil {
				s.Base = n // a refused edit goes on from where it started
			}
		}
		s.Form = f
		s.Fields = f.Fields(
			Field{Name: "definition", Label: c.T.T("codebook.definition"), Hint: c.T.T("codebook.definition.hint"), Kind: "textarea", Rows: 4, Required: true, Wide: true},
			Field{Name: "examples", Label: c.T.T("codebook.examples"), Hint: c.T.T("codebook.examples.hint"), Kind: "textarea", Rows: 4, Wide: true},
			Field{Name: "rules", Label: c.T.T("codebook.rules"), Hint: c.T.T("codebook.rules.hint"), Kind: "textarea", Rows: 4, Wide: true},
			Field{Name: "note", Label: c.T.T("codebook.note"), Hint: c.T.T("codebook.note.hint"), Kind: "textarea", Rows: 2, Wide: true},
		)
	}
	if c.May(auth.SplitMerge) && v.State != store.Retired {
		s.Split, s.Merge = codebookHref(p.ID, "/split"), codebookHref(p.ID, "/merge")
	}
	lede := ""
	if len(list) > 0 {
		lede = c.T.T("codebook.entry.lede", "n", len(list))
	}
	return c.Show(Page{
		Template: "codebook-entry", Data: s, Status: status, Kicker: c.T.T("codebook.title"), Title: p.Statement, Lede: lede, Nav: "codebook", Styles: []string{reviewStyle, "import.css"},
	})
}

// saveEntry writes the next version of a codebook entry.
func saveEntry(c *Call) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	p, _, err := c.proposition()
	if err != nil {
		return err
	}
	e := entente.CodebookEntry{
		Proposition: p.ID, Version: f.Number("base", 0, 1<<30), Definition: f.Long("definition", workbench.MaxLong), Examples: f.Long("examples", workbench.MaxLong),
		Rules: f.Long("rules", workbench.MaxLong), Note: f.Long("note", workbench.MaxLong),
	}
	if e.Definition == "" {
		f.Fault("definition", "needed")
	}
	if !f.OK() {
		return c.entry(f, nil, http.StatusBadRequest)
	}
	made, err := c.Desk.Bench.SaveCodebook(c.Context(), c.User, e)
	if err == nil {
		return c.Done(codebookHref(p.ID), "codebook", "version", made.Version)
	}
	if entente.KindOf(err) == entente.Conflict {
		conflict, err2 := c.entryConflict(&e)
		if err2 != nil {
			return err2
		}
		if conflict != nil {
			return c.entry(f, conflict, http.StatusConflict)
		}
	}
	status := auth.StatusOf(err)
	if err := f.Refuse(err, entryNames...); err != nil {
		return err
	}
	return c.entry(f, nil, status)
}

// entryConflict sets three versions side by side: that which the writer started
// from, the one that is there now, and what was typed. Each version of an entry
// is a record of its own.
func (c *Call) entryConflict(mine *entente.CodebookEntry) (*Conflict, error) {
	list, err := c.Desk.Bench.Codebook(c.Context(), mine.Proposition)
	if err != nil || len(list) == 0 || list[0].Version == mine.Version {
		return nil, err
	}
	k := store.Key{Kind: workbench.KindCodebook, ID: string(mine.Proposition) + datapackage.KeySep + strconv.Itoa(list[0].Version)}
	out := &Conflict{Key: k, Base: list[0].Version}
	if out.Theirs, err = c.Desk.Bench.Record(c.Context(), c.User, k); err != nil {
		return nil, err
	}
	now, typed, before := entryCells(&list[0].CodebookEntry), entryCells(mine), map[string]string{}
	for i := range list {
		if list[i].Version == mine.Version {
			before = entryCells(&list[i].CodebookEntry)
		}
	}
	for _, name := range entryNames {
		b, t, m := before[name], now[name], typed[name]
		if b == t && b == m {
			continue
		}
		out.Sides = append(out.Sides, ThreeSides{
			Field: name, Word: wordOr(c.T, "column", name), Before: clipped(b), Theirs: clipped(t), Mine: clipped(m), Clash: t != b && m != b && m != t,
		})
	}
	return out, nil
}
