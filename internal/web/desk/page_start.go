package desk

import (
	"net/http"

	"entente"
	"entente/internal/auth"
	"entente/internal/datapackage"
	"entente/internal/store"
	"entente/internal/workbench"
)

var startRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk", Action: auth.OwnAccount, Do: showStart},
}

// startScreen is what waits for the reader.
type startScreen struct {
	Waits []wait
	Any   bool // something waits
	First bool // the reader may begin with a text
}

// wait is one kind of thing that waits.
type wait struct {
	Name  string // "drafts", "tasks" …: of the words
	Count int
	More  bool // there are more than were counted
	All   string
	Items []waiting
}

// waiting is one thing that waits, with the page where it is done.
type waiting struct{ Href, Word, Note string }

// shownWaiting is how many of each are listed.
const shownWaiting = 8

// waits lists what may wait for somebody, with what it takes to do it.
var waits = []struct {
	name   string
	action auth.Action
	all    string // the page that lists all, if there is one
	find   func(*Call) ([]waiting, bool, error)
}{
	{"tasks", auth.Code, "/desk/tasks", myTasks},
	{"drafts", auth.Code, "/desk/drafts", myDrafts},
	{"review", auth.Review, "/desk/queue", inReview},
	{"disagreements", auth.Settle, "/desk/disagreements", disagreements},
	{"challenges", auth.Publish, "/desk/challenges", openChallenges},
}

func showStart(c *Call) error {
	screen := &startScreen{First: c.May(auth.Code)}
	for _, x := range waits {
		if !c.May(x.action) {
			continue
		}
		items, more, err := x.find(c)
		if err != nil {
			return err
		}
		w := wait{Name: x.name, Count: len(items), More: more, Items: items[:min(len(items), shownWaiting)]}
		if c.Desk.leads(x.all) {
			w.All = x.all
		}
		screen.Any = screen.Any || w.Count > 0
		screen.Waits = append(screen.Waits, w)
	}
	lede := c.T.T("desk.start.lede")
	if len(screen.Waits) == 0 {
		lede = c.T.T("desk.start.reader")
	}
	return c.Show(Page{Template: "start", Data: screen, Title: c.T.T("desk.start.title"), Lede: lede, Nav: "start"})
}

// documentHref is where a document is read: its reading page, or its record.
func (c *Call) documentHref(id string) string {
	if c.Desk.leads("/desk/read/{id}") {
		return "/desk/read/" + id
	}
	return RecordHref(workbench.KindDocument, id)
}

func myTasks(c *Call) ([]waiting, bool, error) {
	list, err := c.Desk.Bench.Tasks(c.Context(), c.User, workbench.TaskFilter{Coder: c.User.Name, Open: true})
	var out []waiting
	for i := range list {
		t := &list[i]
		note := ""
		if t.Hides() {
			note = c.T.T("desk.start.blind")
		}
		out = append(out, waiting{c.documentHref(t.Document), c.sourceTitle(t.Source), note})
	}
	return out, false, err
}

func myDrafts(c *Call) ([]waiting, bool, error) {
	return c.records(store.Query{Kinds: codedKinds, States: []store.State{store.Draft}, Facets: store.Facets{Coder: c.User.Name}})
}

// codedKinds are what a coder makes and hands in; quotations go with their
// statements.
var codedKinds = []string{workbench.KindStatement, workbench.KindCoverage}

func inReview(c *Call) ([]waiting, bool, error) {
	var kinds []string
	for _, k := range datapackage.Tables() {
		if k != workbench.KindQuotation {
			kinds = append(kinds, k)
		}
	}
	return c.records(store.Query{Kinds: kinds, States: []store.State{store.InReview}})
}

func (c *Call) records(ask store.Query) ([]waiting, bool, error) {
	ask.Limit = 200
	list, next, err := c.Desk.Bench.List(c.Context(), c.User, ask)
	var out []waiting
	for i := range list {
		v := &list[i]
		out = append(out, waiting{RecordHref(v.Kind, v.ID), wordOr(c.T, "kind", v.Kind) + " " + v.ID, instant(c.T, v.Commit.At)})
	}
	return out, next != store.Key{}, err
}

func disagreements(c *Call) ([]waiting, bool, error) {
	list, err := c.Desk.Bench.Disagreements(c.Context(), c.User, workbench.DisagreementFilter{})
	var out []waiting
	for i := range list {
		u := &list[i]
		out = append(out, waiting{
			unitHref(u.UnitKey), c.T.T("desk.start.unit", "actor", c.actorName(u.Actor), "proposition", c.propositionName(u.Proposition)), c.sourceTitle(u.Source),
		})
	}
	return out, false, err
}

func openChallenges(c *Call) ([]waiting, bool, error) {
	list, err := c.Desk.Bench.Challenges(c.Context(), store.Key{}, true)
	var out []waiting
	for i := range list {
		k := ParseKey(list[i].Record)
		out = append(out, waiting{RecordHref(k.Kind, k.ID), list[i].Text, c.T.T("desk.start.challenged", "record", list[i].Record, "by", list[i].By, "date", c.T.Date(list[i].Date.String()))})
	}
	return out, false, err
}

// corpus is what is published; an empty one when it cannot be read, since names
// are a courtesy.
func (c *Call) corpus() *entente.Corpus {
	if k, err := c.Desk.Shell.Corpus(c.Context()); err == nil {
		return k
	}
	return entente.NewCorpus(entente.Info{}, entente.Records{})
}

func (c *Call) sourceTitle(id entente.SourceID) string {
	if s := c.corpus().Source(id); s != nil && s.Title != "" {
		return s.Title
	}
	if s, err := c.source(id); err == nil && s.Title != "" { // not published yet
		return s.Title
	}
	return string(id)
}

func (c *Call) actorName(id entente.ActorID) string {
	if a := c.corpus().Actor(id); a != nil {
		return a.Name
	}
	return string(id)
}

func (c *Call) propositionName(id entente.PropositionID) string {
	if p := c.corpus().Proposition(id); p != nil {
		return p.Statement
	}
	return string(id)
}
