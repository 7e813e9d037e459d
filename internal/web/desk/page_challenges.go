package desk

import (
	"net/http"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
	"entente/internal/workbench"
)

// challengeRow is one challenge with what the reader may do about it.
type challengeRow struct {
	workbench.Challenged
	Anchor   string
	Href     string // where the record is read; empty: the reader may not
	Named    string // the record in words
	Answers  *Field // nil: the reader may not answer
	Open     bool   // the form stands open
	Withdraw bool
}

// challengeRows puts challenges into words.
func (c *Call) challengeRows(list []workbench.Challenged, f *Form, at string) []challengeRow {
	var out []challengeRow
	for i := range list {
		x := &list[i]
		r := challengeRow{Challenged: *x, Anchor: anchor("challenge", x.ID)}
		k := ParseKey(x.Record)
		r.Named = c.recordWords(k)
		if c.May(auth.ReadLog) {
			r.Href = talkHref(k)
		}
		if x.Status == entente.ChallengeOpen {
			own := x.By == c.User.Name
			if c.May(auth.Publish) && (!own || c.Desk.Local) {
				r.Answers = c.talkField(f, at == x.ID, Field{Name: "answer", ID: "answer-" + r.Anchor, Label: c.T.T("talk.answer"), Hint: c.T.T("talk.answer.hint"), Kind: "textarea", Rows: 3, Required: true, Wide: true})
				r.Open = at == x.ID
			}
			r.Withdraw = c.May(auth.Challenge) && (own || c.User.Role == auth.Admin)
		}
		out = append(out, r)
	}
	return out
}

// talkChallenges adds the challenges to a record.
func (c *Call) talkChallenges(s *talkScreen, f *Form, at string) error {
	list, err := c.Desk.Bench.Challenges(c.Context(), s.Key, false)
	if err != nil {
		return err
	}
	s.Challenges = c.challengeRows(list, f, at)
	public, err := c.isPublic(s.Key)
	if err != nil {
		return err
	}
	s.Draft = !public
	if (public || at == "challenge") && c.May(auth.Challenge) { // what was typed is not lost
		s.Dispute = c.talkField(f, at == "challenge", Field{Name: "text", ID: "dispute", Label: c.T.T("talk.challenge"), Hint: c.T.T("talk.challenge.hint"), Kind: "textarea", Rows: 3, Required: true, Wide: true})
	}
	return nil
}

// isPublic tells whether the public sees a version of a record.
func (c *Call) isPublic(k store.Key) (bool, error) {
	list, err := c.Desk.Bench.History(c.Context(), c.User, k)
	if err != nil {
		return false, err
	}
	for i := range list { // the latest first
		if list[i].Layer != "" {
			continue
		}
		switch list[i].State {
		case store.Published:
			return true, nil
		case store.Retired:
			return false, nil
		}
	}
	return false, nil
}

// challengeShows are the choices of what is listed.
var challengeShows = []string{"open", "all"}

// challengesScreen lists challenges; all of them are public.
type challengesScreen struct {
	Tabs    []tab
	Filters []Field
	List    []challengeRow
	All     bool
	Form    *Form
	New     []Field
	NewOpen bool
}

func showChallenges(c *Call) error { return c.challenges(nil, "", http.StatusOK) }

// challenges shows the list; f is a form that could not be done, at says which.
func (c *Call) challenges(f *Form, at string, status int) error {
	ask, err := c.fieldsFromQuery(maxID, "show", "record")
	if err != nil {
		return err
	}
	show, err := QueryOf(c, "show", challengeShows)
	if err != nil {
		return err
	}
	s := &challengesScreen{Tabs: c.reviewTabs("challenges"), All: show == "all", Form: f}
	if f == nil {
		s.Form = c.NewForm("record", ask.Values.Get("record"))
	}
	list, err := c.Desk.Bench.Challenges(c.Context(), store.Key{}, !s.All)
	if err != nil {
		return err
	}
	s.List = c.challengeRows(list, f, at)
	s.Filters = ask.Fields(Field{Name: "show", Label: c.T.T("challenges.show"), Kind: "select", Options: OptionsOf(c, "challenges.show", challengeShows)})
	typed := s.Form
	if s.NewOpen = at == "new" || typed.Values.Get("record") != "" && f == nil; f != nil && at != "new" {
		typed = c.NewForm()
	}
	s.New = typed.Fields(
		Field{Name: "record", Label: c.T.T("challenges.record"), Hint: c.T.T("challenges.record.hint"), Required: true, Wide: true},
		Field{Name: "text", Label: c.T.T("talk.challenge"), Hint: c.T.T("talk.challenge.hint"), Kind: "textarea", Rows: 3, Required: true, Wide: true},
	)
	nav := "challenges"
	if c.May(auth.ReadDrafts) {
		nav = "review"
	}
	return c.Show(Page{
		Template: "challenges", Data: s, Status: status, Title: c.T.T("challenges.title"), Lede: c.T.T("challenges.lede"), Nav: nav, Twins: []string{"json", "csv"}, Styles: []string{reviewStyle},
	})
}

// challengeBack is where a form of a challenge leads: to the record, when it was
// sent from there and the reader may read it, else to the list.
func (c *Call) challengeBack(f *Form, k store.Key) (to string, onRecord bool) {
	if f.Values.Get("from") == "record" && c.May(auth.ReadLog) {
		return talkHref(k), true
	}
	return "/desk/challenges", false
}

// challengeAgain shows a form of a challenge once more, where it was sent from.
func (c *Call) challengeAgain(f *Form, k store.Key, at string, status int) error {
	if _, on := c.challengeBack(f, k); on {
		if at == "new" {
			at = "challenge"
		}
		return c.discussion(k, f, at, nil, status)
	}
	return c.challenges(f, at, status)
}

// challenge disputes a published record.
func challenge(c *Call) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	k, ok := c.recordOf(f.Needed("record", maxID))
	if !ok {
		f.Fault("record", "record")
	}
	text := f.Long("text", workbench.MaxLong)
	if text == "" {
		f.Fault("text", "needed")
	}
	status := http.StatusBadRequest
	if f.OK() {
		_, err := c.Desk.Bench.Challenge(c.Context(), c.User, k, text)
		if err == nil {
			to, _ := c.challengeBack(f, k)
			return c.Done(to, "challenged")
		}
		status = auth.StatusOf(err)
		if err := f.Refuse(err, "text"); err != nil {
			return err
		}
		if f.Faults["record"] == "" && f.Problem() != "" && status == http.StatusNotFound {
			f.Faults["record"] = f.Problem()
		}
	}
	if !ok { // there is no record whose page could show it
		f.Values.Del("from")
	}
	return c.challengeAgain(f, k, "new", status)
}

// challengeForm reads which challenge a form is about.
func (c *Call) challengeForm() (f *Form, id string, version int, k store.Key, err error) {
	if f, err = c.Form(); err != nil {
		return nil, "", 0, k, err
	}
	id, version = f.Needed("id", maxID), f.Number("version", 1, 1<<30)
	k, _ = c.recordOf(f.Values.Get("record"))
	if !f.OK() {
		return nil, "", 0, k, Bad("id", "it is not said which challenge", "send the form again from its page")
	}
	return f, id, version, k, nil
}

func answerChallenge(c *Call) error {
	f, id, version, k, err := c.challengeForm()
	if err != nil {
		return err
	}
	text := f.Long("answer", workbench.MaxLong)
	if text == "" {
		f.Fault("answer", "needed")
		return c.challengeAgain(f, k, id, http.StatusBadRequest)
	}
	return c.challengeClosed(f, k, id, "answered", c.Desk.Bench.AnswerChallenge(c.Context(), c.User, id, version, text))
}

func withdrawChallenge(c *Call) error {
	f, id, version, k, err := c.challengeForm()
	if err != nil {
		return err
	}
	return c.challengeClosed(f, k, id, "withdrawn", c.Desk.Bench.WithdrawChallenge(c.Context(), c.User, id, version))
}

// challengeClosed leads on when a challenge was closed, or says why it was not.
func (c *Call) challengeClosed(f *Form, k store.Key, id, done string, err error) error {
	if err == nil {
		to, _ := c.challengeBack(f, k)
		return c.Done(to, done)
	}
	status := auth.StatusOf(err)
	if status == http.StatusNotFound {
		return err
	}
	if err := f.Refuse(err, "answer"); err != nil {
		return err
	}
	return c.challengeAgain(f, k, id, status)
}
