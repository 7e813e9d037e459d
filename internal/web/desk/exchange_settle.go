package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"entente"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/shelf"
)

// settleScreen shows, before it is done, what a change of the settings closes and
// opens, and what of that has left already.
type settleScreen struct {
	What   string // the change, in words
	Action string // where the form goes again
	Back   string
	Fields []hiddenField
	Closes []settleGroup
	Opens  []settleGroup
	// Gone counts what is closed and has left already.
	Gone int
}

// hiddenField is a value that is sent again unseen.
type hiddenField struct{ Name, Value string }

// settleGroup is what changes for one partner in one collection.
type settleGroup struct {
	Partner, Collection string
	N, Left             int
	Rows                []settleRow
	More                int
	Marks               int // marks and definitions among them, which are not listed
}

// settlePlace is what a group is found by.
type settlePlace struct {
	opens               bool
	partner, collection string
}

// settleRow is one version of an object.
type settleRow struct {
	shelf.Change
	Name string // what it is, in words
}

// shownChanges bounds the objects that a group lists.
const shownChanges = 30

// settingsMark stands for settings as a form was made from them. The number of the
// revision would not do: it rises with every token too, which changes no setting.
func settingsMark(s *partner.Settings) string {
	b, err := json.Marshal(s)
	if err != nil {
		return "" // of a level that is not known: no form goes on from that
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// settling is a change of the settings that somebody asked for.
type settling struct {
	n      *exchangeNode
	f      *Form
	why    string // for the history
	what   string // for the page that asks again
	back   string // where one goes who does not want it after all
	place  string // the place that the faults of the settings name, "partner jp"
	fields []string
	change func(*partner.Settings) error

	again  func(status int) error // shows the form with what is wrong
	object string                 // what was changed, for the audit log
	detail string
	to     string // where one goes when it is done
	done   string // the words of it, with their arguments
	args   []any
}

// settingsForm reads the settings, and gives a form that goes on from them: the one
// that was sent, or a new one.
func (c *Call) settingsForm(n *exchangeNode, f *Form) (partner.Revision, *Form, error) {
	rev, err := n.Book.Settings(c.Context())
	if err != nil {
		return rev, nil, err
	}
	if f == nil {
		f = c.NewForm()
	}
	f.Values.Set("base", settingsMark(&rev.Settings))
	return rev, f, nil
}

// carryOut changes the settings and answers: with the page that asks again, with
// the form and what is wrong with it, or that it is done.
func (c *Call) carryOut(x settling) error {
	if !x.f.OK() {
		return x.again(http.StatusBadRequest)
	}
	ask, err := c.settle(x)
	switch {
	case err != nil:
		return err
	case ask != nil:
		return c.showSettle(ask)
	case !x.f.OK():
		return x.again(http.StatusBadRequest)
	}
	if err := c.managed(x.object, x.detail); err != nil {
		return err
	}
	return c.Done(x.to, x.done, x.args...)
}

// settle changes the settings. It gives nil, nil when the change was made; a
// screen when it must be asked again since something opens or closes; and nil with
// faults in the form when it cannot be made.
func (c *Call) settle(x settling) (*settleScreen, error) {
	ctx, f := c.Context(), x.f
	rev, err := x.n.Book.Settings(ctx)
	if err != nil {
		return nil, err
	}
	base := settingsMark(&rev.Settings)
	if f.Values.Get("base") != base || base == "" {
		f.Fault("", "exchange-moved")
		f.Values.Set("base", base)
		f.Values.Del("confirm")
		return nil, nil
	}
	s := rev.Clone()
	if err := x.change(&s); err != nil {
		return nil, f.Refuse(err, x.fields...)
	}
	if err := s.Check(); err != nil {
		return nil, f.refuseExchange(err, x.place, x.fields)
	}
	changes, err := x.n.Shelf.Left(ctx, partner.NewState(rev.N, rev.Settings), partner.NewState(rev.N+1, s))
	if err != nil {
		return nil, err
	}
	digest := base + settingsMark(&s) // a confirmation holds for what was shown: this made of that
	if len(changes) > 0 && f.Values.Get("confirm") != digest {
		return c.askAgain(x, &s, changes, digest), nil
	}
	if _, err := x.n.Book.Save(ctx, c.User.Name, x.why, rev.N, s); err != nil {
		if entente.KindOf(err) == entente.Conflict {
			f.Fault("", "exchange-moved")
			return nil, nil
		}
		return nil, f.refuseExchange(err, x.place, x.fields)
	}
	return nil, nil
}

func (c *Call) askAgain(x settling, after *partner.Settings, changes []shelf.Change, digest string) *settleScreen {
	s := &settleScreen{What: x.what, Action: c.R.URL.Path, Back: x.back}
	for _, name := range slices.Sorted(maps.Keys(x.f.Values)) {
		if name == "confirm" {
			continue
		}
		for _, v := range x.f.Values[name] {
			s.Fields = append(s.Fields, hiddenField{name, v})
		}
	}
	s.Fields = append(s.Fields, hiddenField{"confirm", digest})
	names := partnerNames(after)
	at := map[settlePlace]int{} // the place of each group in its list
	for _, ch := range changes {
		list := &s.Closes
		if ch.Opens {
			list = &s.Opens
		} else if ch.Left {
			s.Gone++
		}
		who, where := nameOr(names[ch.Partner], ch.Partner), ch.Collection
		if k := after.Collection(ch.Collection); k != nil {
			where = collectionName(k)
		}
		place := settlePlace{ch.Opens, ch.Partner, ch.Collection}
		i, there := at[place]
		if !there {
			i = len(*list)
			at[place] = i
			*list = append(*list, settleGroup{Partner: who, Collection: where})
		}
		g := &(*list)[i]
		g.N++
		if ch.Left {
			g.Left++
		}
		switch {
		case travels(ch.ID):
			g.Marks++
		case len(g.Rows) < shownChanges:
			g.Rows = append(g.Rows, settleRow{ch, c.nameOn(x.n, ch.ID, ch.Version, ch.Level)})
		default:
			g.More++
		}
	}
	return s
}

// showSettle asks whether a change is meant that opens or closes something.
func (c *Call) showSettle(s *settleScreen) error {
	return c.showExchange(Page{Template: "exchange-settle", Data: s, Status: http.StatusOK, Kicker: c.T.T("exchange.title"), Title: c.T.T("exchange.settle.title"), Lede: s.What})
}

// refuseExchange puts the faults of settings beside the fields that they name:
// "partner jp: url" is the field url of the form whose place is "partner jp".
func (f *Form) refuseExchange(err error, place string, fields []string) error {
	list, ok := err.(entente.Errors) //nolint:errorlint // as the settings give it
	if !ok {
		return f.Refuse(err, fields...)
	}
	for _, one := range list {
		e := asEntente(one)
		if e == nil || e.Kind != entente.Invalid {
			return err
		}
		words := sentence(e.Msg)
		if e.Hint != "" {
			words += " " + sentence(e.Hint)
		}
		name := strings.TrimPrefix(strings.TrimPrefix(e.Place, place), ": ")
		if i := strings.IndexAny(name, "[."); i > 0 && !strings.HasSuffix(name, "].id") {
			name = name[:i]
		} else if i > 0 {
			name = "id"
		}
		if !slices.Contains(fields, name) {
			name = ""
		}
		if name == "" && e.Place != "" && !strings.HasPrefix(e.Place, place) {
			words = e.Place + ": " + words
		}
		f.say(name, words)
	}
	return nil
}
