package desk

import (
	"net/http"
	"slices"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
	"entente/internal/workbench"
)

var settleRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/disagreements/unit", Action: auth.ReadDrafts, Do: func(c *Call) error { return c.unit(nil, http.StatusOK) }},
	{Method: http.MethodPost, Pattern: "/desk/disagreements/unit", Action: auth.Settle, Do: settle},
}

// unitScreen is one unit with the form that settles it.
type unitScreen struct {
	Tabs     []tab
	Row      unitRow
	Earlier  []workbench.Settlement // before the last one
	Form     *Form
	Seen     []string // the codings and the versions that are shown
	Choices  []settleChoice
	Stances  []settleChoice
	Texts    []Field
	KeepBad  string // faults of the two choices
	ValueBad string
}

// settleChoice is one radio button.
type settleChoice struct {
	Value, Word string
	Class       string // of the stance
	On          bool
}

// unitKey reads which unit the address names.
func (c *Call) unitKey() (workbench.UnitKey, error) {
	var k workbench.UnitKey
	for _, x := range []struct {
		name string
		at   *string
	}{{"source", (*string)(&k.Source)}, {"actor", (*string)(&k.Actor)}, {"proposition", (*string)(&k.Proposition)}} {
		v, err := c.Query(x.name, maxID)
		if err != nil {
			return k, err
		}
		if v == "" {
			return k, Bad(x.name, "it is not said which coding this is about", "follow the link from the list of disagreements")
		}
		*x.at = v
	}
	return k, nil
}

// findUnit reads the unit as the reader may see it.
func (c *Call) findUnit(k workbench.UnitKey) (*workbench.Unit, error) {
	list, err := c.Desk.Bench.Disagreements(c.Context(), c.User, workbench.DisagreementFilter{
		Source: k.Source, Actor: k.Actor, Proposition: k.Proposition, Show: workbench.ShowAll,
	})
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(list, func(u workbench.Unit) bool { return u.UnitKey == k }); i >= 0 {
		return &list[i], nil
	}
	return nil, &entente.Error{Kind: entente.NotFound, Op: "read disagreement", Msg: "two codings of this are not to be seen", Hint: "there may be one only, or a blind task is not done"}
}

// unit shows one unit; f is a settlement that could not be made.
func (c *Call) unit(f *Form, status int) error {
	k, err := c.unitKey()
	if err != nil {
		return err
	}
	u, err := c.findUnit(k)
	if err != nil {
		return err
	}
	if f == nil {
		f = c.NewForm()
	}
	s := &unitScreen{Tabs: c.reviewTabs("disagreements"), Form: f, KeepBad: f.Faults["keep"], ValueBad: f.Faults["value"]}
	if s.Row, err = c.unitRow(u); err != nil {
		return err
	}
	before, err := c.Desk.Bench.SettlementsOf(c.Context(), c.User, k)
	if err != nil {
		return err
	}
	if len(before) > 1 {
		s.Earlier = before[1:]
	}
	if s.Row.Settle {
		c.settleForm(s)
	}
	return c.Show(Page{
		Template: "unit", Data: s, Status: status, Kicker: c.T.T("disagree.title"), Title: c.T.T("disagree.unit", "actor", s.Row.Actor), Lede: s.Row.Words, Nav: "review", Styles: []string{reviewStyle},
	})
}

// keepNone is the choice to keep none of the codings.
const keepNone = "none"

func (c *Call) settleForm(s *unitScreen) {
	f := s.Form
	chosen := f.Values.Get("keep")
	for i := range s.Row.Codings {
		k := &s.Row.Codings[i]
		if k.Lost {
			continue
		}
		s.Seen = append(s.Seen, seenValue(k.Seen))
		word := c.T.T("disagree.keep.nothing", "who", k.By)
		if !k.Nothing {
			word = c.T.T("disagree.keep.one", "who", k.By, "stance", c.T.Label("stance", k.Value))
		}
		s.Choices = append(s.Choices, settleChoice{Value: k.ID, Word: word, Class: classOfValue(k.Value), On: chosen == k.ID})
	}
	s.Choices = append(s.Choices, settleChoice{Value: keepNone, Word: c.T.T("disagree.keep.none"), On: chosen == keepNone})
	value := f.Values.Get("value")
	for _, st := range entente.Stances {
		s.Stances = append(s.Stances, settleChoice{string(st), c.T.Label("stance", string(st)), string(st), value == string(st)})
	}
	s.Stances = append(s.Stances, settleChoice{workbench.FoundNothing, c.T.T("disagree.nothing"), classOfValue(workbench.FoundNothing), value == workbench.FoundNothing})
	s.Texts = f.Fields(
		Field{Name: "conditions", Label: c.T.T("coding.conditions"), Hint: c.T.T("disagree.conditions.hint"), Kind: "textarea", Rows: 2, Wide: true},
		Field{Name: "reason", Label: c.T.T("disagree.reason"), Hint: c.T.T("disagree.reason.hint"), Kind: "textarea", Rows: 3, Required: true, Wide: true},
	)
}

// classOfValue is the look of a coder's judgment.
func classOfValue(v string) string {
	if v == workbench.FoundNothing {
		return string(entente.NotAddressed)
	}
	return v
}

// settle decides between the codings of a unit.
func settle(c *Call) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	k, err := c.unitKey()
	if err != nil {
		return err
	}
	s := workbench.Settlement{
		Source: k.Source, Actor: k.Actor, Proposition: k.Proposition, Conditions: f.Long("conditions", workbench.MaxLong), Reason: f.Long("reason", workbench.MaxLong),
	}
	if s.Reason == "" {
		f.Fault("reason", "needed")
	}
	seen := readSeen(f, "coding")
	for _, x := range seen {
		s.Codings = append(s.Codings, workbench.SettledCoding{Record: x.String(), Version: x.Version})
	}
	u, err := c.findUnit(k)
	if err != nil {
		return err
	}
	keep, value := f.Text("keep", maxID), f.Text("value", maxID)
	switch keep {
	case "":
		f.Fault("keep", "choose")
	case keepNone:
		if s.Stance = value; value == "" {
			f.Fault("value", "choose")
		}
	default:
		i := slices.IndexFunc(u.Codings, func(x workbench.UnitCoding) bool { return x.ID == keep && x.State != store.Retired })
		if i < 0 {
			f.Fault("keep", "coding-gone")
			break
		}
		if s.Keep, s.Stance = keep, u.Codings[i].Value; value != "" && value != s.Stance {
			f.Fault("value", "keeps-other")
		}
		if s.Conditions != "" && s.Conditions != u.Codings[i].Conditions {
			f.Fault("conditions", "keeps-conditions")
		}
	}
	if !f.OK() {
		return c.unit(f, http.StatusBadRequest)
	}
	done, err := c.Desk.Bench.Settle(c.Context(), c.User, s)
	if err != nil {
		status := auth.StatusOf(err)
		if err := f.Refuse(err, "reason", "conditions"); err != nil {
			return err
		}
		return c.unit(f, status)
	}
	return c.Done(unitHref(k), "settled-"+string(done.State))
}
