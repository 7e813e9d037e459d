package desk

import (
	"html/template"
	"net/http"
	"strings"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
	"entente/internal/workbench"
)

// What people say of a record stands on its page, and on a page of its own:
// comments, challenges and the reader's private notes. Every form names the
// record, or what hangs on it, in a field.

var discussRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/discuss", Action: auth.ReadDrafts, Do: showDiscussion},
	{Method: http.MethodPost, Pattern: "/desk/comments", Action: auth.Comment, Do: comment},
	{Method: http.MethodPost, Pattern: "/desk/comments/take-back", Action: auth.Comment, Do: takeBack},
	{Method: http.MethodGet, Pattern: "/desk/challenges", Action: auth.Challenge, Do: showChallenges},
	{Method: http.MethodGet, Pattern: "/desk/challenges.json", Action: auth.Challenge, Do: func(c *Call) error { return c.challengesData("json") }},
	{Method: http.MethodGet, Pattern: "/desk/challenges.csv", Action: auth.Challenge, Do: func(c *Call) error { return c.challengesData("csv") }},
	{Method: http.MethodPost, Pattern: "/desk/challenges", Action: auth.Challenge, Do: challenge},
	{Method: http.MethodPost, Pattern: "/desk/challenges/answer", Action: auth.Publish, Do: answerChallenge},
	{Method: http.MethodPost, Pattern: "/desk/challenges/withdraw", Action: auth.Challenge, Do: withdrawChallenge},
	{Method: http.MethodGet, Pattern: "/desk/notes", Action: auth.Note, Do: func(c *Call) error { return c.notes(nil, nil, http.StatusOK) }},
	{Method: http.MethodPost, Pattern: "/desk/notes", Action: auth.Note, Do: note},
	{Method: http.MethodPost, Pattern: "/desk/notes/change", Action: auth.Note, Do: changeNote},
}

// talkPart is the discussion on the page of a record.
func talkPart(c *Call, v *store.Version) (template.HTML, error) {
	s, err := c.talk(v, nil, "")
	if err != nil {
		return "", err
	}
	return c.Desk.render(c.T, "talk", s)
}

// talkScreen is what is said of one record.
type talkScreen struct {
	Key        store.Key
	Record     string
	Href       string // its history
	Page       bool   // the discussion is the page: not a part of another
	Form       *Form  // what could not be done; empty otherwise
	Comments   []commentRow
	Say        *Field // nil: the reader may not comment
	Challenges []challengeRow
	Dispute    *Field // nil: it cannot be challenged, or not by the reader
	Draft      bool   // it is not published, and so not challenged
	Row        bool   // it is a row of the corpus
	MayNote    bool
	Notes      []noteRow
	Keep       Field
	Conflict   *Conflict
}

// commentRow is one comment.
type commentRow struct {
	workbench.Comment
	Anchor  string
	Answers string // whom, by name; with the anchor of that comment
	Up      string
	Mine    bool
	Drop    bool
	Reply   *Field
	Open    bool
}

// anchor makes the id of an element of the id of a record that hangs on another.
func anchor(kind, id string) string {
	if i := strings.LastIndexByte(id, '#'); i >= 0 {
		id = id[i+1:]
	}
	return kind + "-" + codingKey(id)
}

// talk gathers the discussion of a record as the reader may see it. f is a form
// that could not be done, at says which: "comment", "challenge", "note", or the
// id of what it was about.
func (c *Call) talk(v *store.Version, f *Form, at string) (*talkScreen, error) {
	k := v.Key
	row := isTable(k.Kind)
	s := &talkScreen{Key: k, Record: k.String(), Href: RecordHref(k.Kind, k.ID), Form: f, Row: row && k.Kind != workbench.KindChallenge}
	if f == nil {
		s.Form = c.NewForm()
	}
	comments, err := c.Desk.Bench.Comments(c.Context(), c.User, k)
	if err != nil {
		return nil, err
	}
	mayTalk := c.May(auth.Comment) && v.Layer == "" && k.Kind != workbench.KindComment && k.Kind != workbench.KindNote
	names := map[string]string{}
	for i := range comments {
		names[comments[i].ID] = comments[i].By
	}
	for i := range comments {
		r := commentRow{Comment: comments[i], Anchor: anchor("comment", comments[i].ID), Mine: comments[i].By == c.User.Name}
		if r.ReplyTo != "" {
			r.Answers, r.Up = names[r.ReplyTo], anchor("comment", r.ReplyTo)
		}
		if !r.Retired {
			r.Drop = mayTalk && (r.Mine || c.User.Role.AtLeast(auth.Editor))
			if mayTalk {
				r.Reply = c.talkField(f, at == r.ID, Field{Name: "text", ID: "reply-" + r.Anchor, Label: c.T.T("talk.reply.to", "who", r.By), Kind: "textarea", Rows: 2, Required: true, Wide: true})
				r.Open = at == r.ID
			}
		}
		s.Comments = append(s.Comments, r)
	}
	if mayTalk {
		s.Say = c.talkField(f, at == "comment", Field{Name: "text", ID: "say", Label: c.T.T("talk.comment"), Kind: "textarea", Rows: 3, Required: true, Wide: true})
	}
	if s.Row {
		if err := c.talkChallenges(s, f, at); err != nil {
			return nil, err
		}
	}
	if s.MayNote = c.May(auth.Note) && (row || k.Kind == workbench.KindDocument); s.MayNote {
		list, err := c.Desk.Bench.Notes(c.Context(), c.User, k)
		if err != nil {
			return nil, err
		}
		s.Notes = c.noteRows(list, f, at)
		s.Keep = *c.talkField(f, at == "note", Field{Name: "text", ID: "keep-note", Label: c.T.T("talk.note"), Kind: "textarea", Rows: 3, Required: true, Wide: true})
	}
	return s, nil
}

// talkField is a field that shows what was typed only where it was typed.
func (c *Call) talkField(f *Form, here bool, x Field) *Field {
	if f == nil || !here {
		f = c.NewForm()
	}
	return &f.Fields(x)[0]
}

// talkHref is where the discussion of a record is read.
func talkHref(k store.Key) string { return RecordHref(k.Kind, k.ID) + "#talk" }

// recordOf reads which record a form or an address names.
func (c *Call) recordOf(word string) (store.Key, bool) {
	k := ParseKey(strings.TrimSpace(word))
	return k, k.Kind != "" && k.ID != "" && len(word) <= maxID && clean(word)
}

func showDiscussion(c *Call) error {
	word, err := c.Query("record", maxID)
	if err != nil {
		return err
	}
	k, ok := c.recordOf(word)
	if !ok {
		return Bad("record", "it is not said which record this is about", "follow the link from the record")
	}
	return c.discussion(k, nil, "", nil, http.StatusOK)
}

// discussion shows the discussion of a record on a page of its own.
func (c *Call) discussion(k store.Key, f *Form, at string, conflict *Conflict, status int) error {
	v, err := c.Desk.Bench.Record(c.Context(), c.User, k)
	if err != nil {
		return err
	}
	s, err := c.talk(v, f, at)
	if err != nil {
		return err
	}
	s.Page, s.Conflict = true, conflict
	return c.Show(Page{
		Template: "talk", Data: s, Status: status, Kicker: wordOr(c.T, "kind", k.Kind), Title: c.T.T("talk.title"), Lede: c.T.T("talk.of", "record", k.String()), Nav: "review", Styles: []string{reviewStyle},
	})
}

// talkForm reads a form that names a record.
func (c *Call) talkForm() (*Form, store.Key, error) {
	f, err := c.Form()
	if err != nil {
		return nil, store.Key{}, err
	}
	k, ok := c.recordOf(f.Values.Get("record"))
	if !ok {
		return nil, k, Bad("record", "it is not said which record this is about", "send the form again from the record’s page")
	}
	return f, k, nil
}

// comment says something on a record, or answers a comment on it.
func comment(c *Call) error {
	f, k, err := c.talkForm()
	if err != nil {
		return err
	}
	at := "comment"
	reply := f.Text("reply", maxID)
	if reply != "" {
		at = reply
	}
	text := f.Long("text", workbench.MaxLong)
	if text == "" {
		f.Fault("text", "needed")
	}
	status := http.StatusBadRequest
	if f.OK() {
		made, err := c.Desk.Bench.Comment(c.Context(), c.User, k, text, reply)
		if err == nil {
			return c.Done(RecordHref(k.Kind, k.ID)+"#"+anchor("comment", made.ID), "commented")
		}
		if entente.KindOf(err) == entente.NotFound {
			return err
		}
		status = auth.StatusOf(err)
		if err := f.Refuse(err, "text"); err != nil {
			return err
		}
	}
	return c.discussion(k, f, at, nil, status)
}

// takeBack takes a comment back.
func takeBack(c *Call) error {
	f, k, err := c.talkForm()
	if err != nil {
		return err
	}
	id, version := f.Needed("id", maxID), f.Number("version", 1, 1<<30)
	if !f.OK() {
		return Bad("id", "it is not said which comment", "send the form again from the record’s page")
	}
	if err := c.Desk.Bench.TakeBack(c.Context(), c.User, id, version); err != nil {
		status := auth.StatusOf(err)
		if err := f.Refuse(err); err != nil || status == http.StatusNotFound {
			return err
		}
		return c.discussion(k, f, "", nil, status)
	}
	return c.Done(talkHref(k), "taken-back")
}
