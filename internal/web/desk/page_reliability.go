package desk

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"entente"
	"entente/analysis/reliability"
	"entente/internal/auth"
	"entente/internal/view"
	"entente/internal/workbench"
)

var reliabilityRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/reliability", Action: auth.ReadDrafts, Do: showReliability},
	{Method: http.MethodGet, Pattern: "/desk/reliability.json", Action: auth.ReadDrafts, Do: func(c *Call) error { return c.reliabilityData("json") }},
	{Method: http.MethodGet, Pattern: "/desk/reliability.csv", Action: auth.ReadDrafts, Do: func(c *Call) error { return c.reliabilityData("csv") }},
}

// bases are the choices of which codings are compared.
var bases = []workbench.Basis{workbench.Independent, workbench.AllCodings}

// reliabilityScreen tells how far coders agree.
type reliabilityScreen struct {
	Tabs    []tab
	Filters []Field
	*workbench.Reliability
	All    agreementRow
	Tables []agreementTable
	Pairs  []confusionRow // what is taken for what
	*choices
}

// agreementTable is the figures of one way to divide the codings.
type agreementTable struct {
	ID, Title, Head string
	Rows            []agreementRow
}

// agreementRow is one line of figures, in words.
type agreementRow struct {
	Of, Href         string
	Sub              string // the id, when Of is a text
	Units, Judgments int
	Nominal, Ordinal figure
	Share            figure
	Of2              string // "12 of 14"
	Thin             bool
}

// figure is an estimate in words.
type figure struct {
	Value    string // "0.72"; empty when it has none
	Why      string // it has none
	Interval string // "0.41 to 0.95"
	Method   string // of the interval
}

// confusionRow is a pair of different words.
type confusionRow struct {
	A, B  string // in words
	Pairs int
}

// reliabilityAsk reads the filters of the address.
func (c *Call) reliabilityAsk(x *choices) (workbench.ReliabilityFilter, *Form, error) {
	ask := workbench.ReliabilityFilter{}
	f, err := c.fieldsFromQuery(maxWord, "basis", "source", "actor", "proposition", "coders")
	if err != nil {
		return ask, nil, err
	}
	if ask.Basis, err = QueryOf(c, "basis", bases); err != nil {
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
	ask.Source = entente.SourceID(f.Values.Get("source"))
	for name := range strings.SplitSeq(f.Values.Get("coders"), ",") {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(ask.Coders, name) {
			ask.Coders = append(ask.Coders, name)
		}
	}
	if len(ask.Coders) == 1 {
		f.Fault("coders", "two-coders")
	}
	return ask, f, nil
}

func showReliability(c *Call) error {
	x, err := c.choices()
	if err != nil {
		return err
	}
	ask, f, err := c.reliabilityAsk(x)
	if err != nil {
		return err
	}
	s := &reliabilityScreen{Tabs: c.reviewTabs("reliability"), choices: x}
	lede := ""
	if f.OK() {
		page, err := c.Desk.Bench.Reliability(c.Context(), c.User, ask)
		if err != nil {
			return err
		}
		v, ok := page.Data.(*workbench.Reliability)
		if !ok {
			return &entente.Error{Kind: entente.Internal, Op: "show page", Msg: "the figures have another shape than expected"}
		}
		s.Reliability = v
		c.agreements(s, v)
		lede = c.agreementLede(v)
	}
	s.Filters = f.Fields(
		Field{Name: "basis", Label: c.T.T("reliability.basis"), Kind: "select", Options: OptionsOf(c, "reliability.basis", bases)},
		Field{Name: "actor", Label: c.T.T("review.actor"), List: "actors-list", Auto: "off"},
		Field{Name: "proposition", Label: c.T.T("review.proposition"), List: "propositions-list", Auto: "off"},
		Field{Name: "source", Label: c.T.T("review.source")},
		Field{Name: "coders", Label: c.T.T("reliability.coders"), Hint: c.T.T("reliability.coders.hint")},
	)
	return c.Show(Page{
		Template: "reliability", Data: s, Title: c.T.T("reliability.title"), Lede: lede, Nav: "review", Twins: []string{"json", "csv"}, Islands: []string{"actorpicker"}, Styles: []string{reviewStyle},
	})
}

// agreementLede gives the answer in a sentence, with what it was counted from.
func (c *Call) agreementLede(v *workbench.Reliability) string {
	r := &v.Overall.Nominal
	if r.PairableUnits == 0 {
		return c.T.T("reliability.lede.none")
	}
	return c.T.T("reliability.lede", "n", r.PairableUnits, "agreeing", r.Agreement.Agreeing, "pairs", r.Agreement.Pairs, "coders", c.T.List(v.Coders))
}

// agreements puts the figures into words.
func (c *Call) agreements(s *reliabilityScreen, v *workbench.Reliability) {
	s.All = c.agreementRow(&v.Overall)
	s.All.Of = c.T.T("reliability.all")
	for _, t := range []struct {
		id   string
		list []workbench.Agreement
	}{{"proposition", v.ByProposition}, {"pair", v.ByPair}, {"source", v.BySource}} {
		table := agreementTable{ID: "by-" + t.id, Title: c.T.T("reliability.by." + t.id), Head: c.T.T("reliability.head." + t.id)}
		for i := range t.list {
			row := c.agreementRow(&t.list[i])
			query := c.R.URL.Query()
			switch t.id {
			case "proposition":
				row.Href = c.R.URL.Path + queryWith(query, "proposition", t.list[i].Of)
				if t.list[i].Title == "" { // not published yet
					row.Of, row.Sub = c.propositionWords(entente.PropositionID(t.list[i].Of)), t.list[i].Of
				}
			case "source":
				if t.list[i].Title == "" {
					row.Of, row.Sub = c.sourceTitle(entente.SourceID(t.list[i].Of)), t.list[i].Of
				}
				row.Href = c.R.URL.Path + queryWith(query, "source", t.list[i].Of)
			case "pair":
				row.Href = c.R.URL.Path + queryWith(query, "coders", t.list[i].Of+", "+t.list[i].With)
			}
			table.Rows = append(table.Rows, row)
		}
		s.Tables = append(s.Tables, table)
	}
	word := func(v string) string {
		if v == workbench.FoundNothing {
			return c.T.T("disagree.nothing")
		}
		return wordOr(c.T, "stance", v)
	}
	for _, x := range v.Overall.Nominal.Confusions {
		s.Pairs = append(s.Pairs, confusionRow{word(x.A), word(x.B), x.Pairs})
	}
}

func (c *Call) agreementRow(a *workbench.Agreement) agreementRow {
	row := agreementRow{
		Of: a.Of, Units: a.Nominal.PairableUnits, Judgments: a.Nominal.PairableValues, Thin: a.Thin,
		Nominal: c.figure(a.Nominal.Alpha, 1), Ordinal: c.figure(a.Ordinal.Alpha, 1), Share: c.figure(a.Nominal.Agreement.Share, 100),
	}
	if a.With != "" {
		row.Of = c.T.T("reliability.pair", "a", a.Of, "b", a.With)
	}
	if a.Title != "" {
		row.Of, row.Sub = a.Title, a.Of
	}
	if a.Nominal.Agreement.Pairs > 0 {
		row.Of2 = c.T.T("reliability.of", "k", a.Nominal.Agreement.Agreeing, "n", a.Nominal.Agreement.Pairs)
	}
	return row
}

// figure writes an estimate with two decimals, or as a percentage when times is
// 100.
func (c *Call) figure(e reliability.Estimate, times float64) figure {
	if !e.Defined() {
		return figure{Why: c.T.Label("reliability.undefined", string(e.Undefined))}
	}
	write := func(f float64) string {
		if times == 100 {
			return fmt.Sprintf("%.0f", f*times)
		}
		return strings.Replace(fmt.Sprintf("%.2f", f), "-", "−", 1)
	}
	out := figure{Value: write(e.Value)}
	if times == 100 {
		out.Value += " %"
	}
	if e.Interval.Method != reliability.NoInterval {
		out.Interval = c.T.T("reliability.interval", "low", write(e.Interval.Lo), "high", write(e.Interval.Hi))
		out.Method = c.T.Label("reliability.method", string(e.Interval.Method))
	}
	return out
}

func (c *Call) reliabilityData(form string) error {
	x, err := c.choices()
	if err != nil {
		return err
	}
	ask, f, err := c.reliabilityAsk(x)
	if err != nil {
		return err
	}
	for _, name := range []string{"actor", "proposition", "coders"} {
		if words := f.Faults[name]; words != "" {
			return Bad(name, words, "")
		}
	}
	page, err := c.Desk.Bench.Reliability(c.Context(), c.User, ask)
	if err != nil {
		return err
	}
	if form == "csv" {
		if err := c.exportedRows(page.Title, len(page.Table.Rows)); err != nil {
			return err
		}
	}
	return c.Data(form, page.Data, view.Table{Name: page.Table.Name, Header: page.Table.Header, Rows: page.Table.Rows})
}
