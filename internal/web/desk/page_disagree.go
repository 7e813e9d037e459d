package desk

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
	"entente/internal/view"
	"entente/internal/workbench"
)

var disagreeRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/disagreements", Action: auth.ReadDrafts, Do: showDisagreements},
	{Method: http.MethodGet, Pattern: "/desk/disagreements.json", Action: auth.ReadDrafts, Do: func(c *Call) error { return c.disagreementsData("json") }},
	{Method: http.MethodGet, Pattern: "/desk/disagreements.csv", Action: auth.ReadDrafts, Do: func(c *Call) error { return c.disagreementsData("csv") }},
}

// shows are the choices of what is listed.
var shows = []workbench.Show{workbench.ShowOpen, workbench.ShowSettled, workbench.ShowAll}

// disagreementsPage bounds the units of a page; the twins list all.
const disagreementsPage = 100

// disagreeScreen lists units that two or more coders have coded.
type disagreeScreen struct {
	Tabs    []tab
	Filters []Field
	Where   Field // look everywhere
	Units   []unitRow
	More    int // that are not shown
	Asked   bool
	*choices
}

// unitRow is one unit with its codings side by side.
type unitRow struct {
	workbench.Unit
	ID         string // of the element
	Href       string
	Actor      string
	Words      string // of the proposition
	Source     string
	SourceHref string
	Codings    []unitCoding
	Settle     bool // the reader may settle it
	Stands     string
	NoWord     bool // the settlement says "nothing"
}

// unitCoding is one side.
type unitCoding struct {
	workbench.UnitCoding
	By      string
	Nothing bool // read, and nothing found
	Lang    string
	Lost    bool // taken out by the settlement
	Kept    bool
	Href    string
	Quotes  []shownQuotation
}

// unitHref is the page of a unit.
func unitHref(k workbench.UnitKey) string {
	return "/desk/disagreements/unit" + queryWith(map[string][]string{
		"source": {string(k.Source)}, "actor": {string(k.Actor)}, "proposition": {string(k.Proposition)},
	}, "", "")
}

// disagreeAsk reads the filters of the address.
func (c *Call) disagreeAsk(x *choices) (workbench.DisagreementFilter, *Form, error) {
	ask := workbench.DisagreementFilter{}
	f, err := c.fieldsFromQuery(maxWord, "source", "actor", "proposition", "coder", "show", "everywhere")
	if err != nil {
		return ask, nil, err
	}
	if ask.Show, err = QueryOf(c, "show", shows); err != nil {
		return ask, nil, err
	}
	var ok bool
	if word := f.Values.Get("actor"); word != "" {
		if ask.Actor, ok = x.actor(word); !ok {
			f.Fault("actor", "actor")
		}
	}
	if word := f.Values.Get("proposition"); word != "" {
		if ask.Proposition, ok = x.proposition(word); !ok {
			f.Fault("proposition", "proposition")
		}
	}
	ask.Source, ask.Coder = entente.SourceID(f.Values.Get("source")), f.Values.Get("coder")
	ask.Everywhere = f.Values.Get("everywhere") != ""
	return ask, f, nil
}

func showDisagreements(c *Call) error {
	x, err := c.choices()
	if err != nil {
		return err
	}
	ask, f, err := c.disagreeAsk(x)
	if err != nil {
		return err
	}
	s := &disagreeScreen{Tabs: c.reviewTabs("disagreements"), Asked: len(c.R.URL.Query()) > 0, choices: x}
	if f.OK() {
		list, err := c.Desk.Bench.Disagreements(c.Context(), c.User, ask)
		if err != nil {
			return err
		}
		if len(list) > disagreementsPage {
			s.More, list = len(list)-disagreementsPage, list[:disagreementsPage]
		}
		for i := range list {
			row, err := c.unitRow(&list[i])
			if err != nil {
				return err
			}
			s.Units = append(s.Units, row)
		}
	}
	s.Filters = f.Fields(
		Field{Name: "show", Label: c.T.T("disagree.show"), Kind: "select", Options: OptionsOf(c, "disagree.show", shows)},
		Field{Name: "actor", Label: c.T.T("review.actor"), List: "actors-list", Auto: "off"},
		Field{Name: "proposition", Label: c.T.T("review.proposition"), List: "propositions-list", Auto: "off"},
		Field{Name: "source", Label: c.T.T("review.source")},
		Field{Name: "coder", Label: c.T.T("review.coder")},
	)
	s.Where = f.Fields(Field{Name: "everywhere", Label: c.T.T("disagree.where"), Kind: "checks", Options: []Option{{Value: "1", Word: c.T.T("disagree.everywhere"), Hint: c.T.T("disagree.everywhere.hint")}}})[0]
	return c.Show(Page{
		Template: "disagreements", Data: s, Title: c.T.T("disagree.title"), Lede: c.T.T("disagree.lede"), Nav: "review", Twins: []string{"json", "csv"},
		Islands: []string{"actorpicker"}, Styles: []string{reviewStyle},
	})
}

// unitRow puts a unit into words.
func (c *Call) unitRow(u *workbench.Unit) (unitRow, error) {
	row := unitRow{
		Unit: *u, ID: "unit-" + codingKey(string(u.Source)+"-"+string(u.Actor)+"-"+string(u.Proposition)), Href: unitHref(u.UnitKey),
		Actor: c.actorName(u.Actor), Words: c.propositionWords(u.Proposition), Source: c.sourceTitle(u.Source),
		SourceHref: RecordHref(workbench.KindSource, string(u.Source)), Settle: u.Open && c.May(auth.Settle),
	}
	lang := ""
	if src, err := c.sourceOf(u.Source); err != nil {
		return row, err
	} else if src != nil {
		lang = src.Lang
	}
	for i := range u.Codings {
		x := unitCoding{UnitCoding: u.Codings[i], By: u.Codings[i].Coder, Lang: lang}
		x.Nothing, x.Lost, x.Href = x.Value == workbench.FoundNothing, x.State == store.Retired, RecordHref(x.Kind, x.ID)
		if x.By == c.User.Name {
			x.By = c.T.T("read.you")
		}
		if u.Settlement != nil {
			x.Kept = u.Settlement.Keep == x.ID
		}
		for j := range x.UnitCoding.Quotes {
			x.Quotes = append(x.Quotes, shownQuotation{x.UnitCoding.Quotes[j].Exact, lang})
		}
		row.Codings = append(row.Codings, x)
	}
	if s := u.Settlement; s != nil {
		row.NoWord = s.Stance == workbench.FoundNothing
		kind := workbench.KindStatement
		if row.NoWord {
			kind = workbench.KindCoverage
		}
		row.Stands = RecordHref(kind, s.Keep)
	}
	return row, nil
}

// DisagreementsSchema names the shape of the list of disagreements as JSON.
const DisagreementsSchema = "entente.disagreements/1"

// unitData is a unit as data.
type unitData struct {
	Source      entente.SourceID      `json:"source"`
	Actor       entente.ActorID       `json:"actor"`
	Proposition entente.PropositionID `json:"proposition"`
	Open        bool                  `json:"open"`
	Codings     []codingData          `json:"codings"`
	Settlement  *workbench.Settlement `json:"settlement,omitempty"`
}

// codingData is one coding of a unit as data.
type codingData struct {
	Record     string      `json:"record"`
	Version    int         `json:"version"`
	State      store.State `json:"state"`
	Coder      string      `json:"coder"`
	Value      string      `json:"value"`
	Conditions string      `json:"conditions,omitempty"`
	Pinpoint   string      `json:"pinpoint,omitempty"`
	Date       string      `json:"date,omitempty"`
	Note       string      `json:"note,omitempty"`
	Quotations []string    `json:"quotations"`
}

func (c *Call) disagreementsData(form string) error {
	x, err := c.choices()
	if err != nil {
		return err
	}
	ask, f, err := c.disagreeAsk(x)
	if err != nil {
		return err
	}
	for _, name := range []string{"actor", "proposition"} {
		if words := f.Faults[name]; words != "" {
			return Bad(name, words, "")
		}
	}
	list, err := c.Desk.Bench.Disagreements(c.Context(), c.User, ask)
	if err != nil {
		return err
	}
	t := view.Table{Name: "disagreements", Header: []string{
		"source", "actor", "proposition", "open", "coder", "value", "state", "record", "version", "conditions", "pinpoint", "date", "quotation", "note", "settled_on", "settled_by", "settled_at", "reason",
	}}
	data := []unitData{}
	for i := range list {
		u := &list[i]
		d := unitData{u.Source, u.Actor, u.Proposition, u.Open, []codingData{}, u.Settlement}
		settled := make([]string, 4)
		if s := u.Settlement; s != nil {
			settled = []string{s.Stance, s.By, s.At.Format(time.RFC3339), s.Reason}
		}
		for j := range u.Codings {
			k := &u.Codings[j]
			quotes := []string{}
			for n := range k.Quotes {
				quotes = append(quotes, k.Quotes[n].Exact)
			}
			d.Codings = append(d.Codings, codingData{k.String(), k.Version, k.State, k.Coder, k.Value, k.Conditions, k.Pinpoint, k.Date, k.Note, quotes})
			t.Rows = append(t.Rows, slices.Concat([]string{
				string(u.Source), string(u.Actor), string(u.Proposition), strconv.FormatBool(u.Open), k.Coder, k.Value, string(k.State), k.String(), strconv.Itoa(k.Version),
				k.Conditions, k.Pinpoint, k.Date, strings.Join(quotes, " […] "), k.Note,
			}, settled))
		}
		data = append(data, d)
	}
	if form == "csv" {
		if err := c.exportedRows("disagreements", len(t.Rows)); err != nil {
			return err
		}
	}
	return c.Data(form, struct {
		Schema string     `json:"schema"`
		Units  []unitData `json:"units"`
	}{DisagreementsSchema, data}, t)
}
