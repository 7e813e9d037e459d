package desk

import (
	"net/http"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
	"entente/internal/workbench"
)

// noteRow is one private note of the reader.
type noteRow struct {
	workbench.Note
	Anchor string
	Href   string
	Named  string // the record in words
	Seen   int    // the version of the record, for a remark; 0: no remark can be made
	Edit   Field
	Open   bool
}

// noteRows puts the reader's notes into words.
func (c *Call) noteRows(list []workbench.Note, f *Form, at string) []noteRow {
	var out []noteRow
	for i := range list {
		n := &list[i]
		k := ParseKey(n.Record)
		r := noteRow{Note: *n, Anchor: anchor("note", n.ID), Href: talkHref(k), Named: c.recordWords(k), Open: at == n.ID}
		form := f
		if form == nil || !r.Open {
			form = c.NewForm("text", n.Text)
		}
		r.Edit = form.Fields(Field{Name: "text", ID: "edit-" + r.Anchor, Label: c.T.T("talk.note"), Kind: "textarea", Rows: 3, Required: true, Wide: true})[0]
		if v, err := c.Desk.Bench.Record(c.Context(), c.User, k); err == nil && v.State != store.Retired && hasColumn(k.Kind, "note") {
			r.Seen = v.Number
		}
		out = append(out, r)
	}
	return out
}

// notesScreen lists all notes of the reader.
type notesScreen struct {
	Tabs     []tab
	Form     *Form
	Notes    []noteRow
	Conflict *Conflict
}

func (c *Call) notes(f *Form, conflict *Conflict, status int) error {
	list, err := c.Desk.Bench.Notes(c.Context(), c.User, store.Key{})
	if err != nil {
		return err
	}
	s := &notesScreen{Tabs: c.reviewTabs("notes"), Form: f, Conflict: conflict}
	at := ""
	if f == nil {
		s.Form = c.NewForm()
	} else {
		at = f.Values.Get("id")
	}
	s.Notes = c.noteRows(list, f, at)
	return c.Show(Page{
		Template: "notes", Data: s, Status: status, Title: c.T.T("notes.title"), Lede: c.T.T("notes.lede"), Nav: "review", Styles: []string{reviewStyle},
	})
}

// note keeps a private note on a record.
func note(c *Call) error {
	f, k, err := c.talkForm()
	if err != nil {
		return err
	}
	text := f.Long("text", workbench.MaxLong)
	if text == "" {
		f.Fault("text", "needed")
	}
	status := http.StatusBadRequest
	if f.OK() {
		made, err := c.Desk.Bench.Note(c.Context(), c.User, k, nil, text)
		if err == nil {
			return c.Done(RecordHref(k.Kind, k.ID)+"#"+anchor("note", made.ID), "noted")
		}
		if status = auth.StatusOf(err); status == http.StatusNotFound {
			return err
		}
		if err := f.Refuse(err, "text"); err != nil {
			return err
		}
	}
	return c.discussion(k, f, "note", nil, status)
}

// changeNote changes, drops or shares a note, as the pressed button says.
func changeNote(c *Call) error {
	f, k, err := c.talkForm()
	if err != nil {
		return err
	}
	id, version := f.Needed("id", maxID), f.Number("version", 1, 1<<30)
	if !f.OK() {
		return Bad("id", "it is not said which note", "send the form again from its page")
	}
	text := f.Long("text", workbench.MaxLong)
	bench, ctx := c.Desk.Bench, c.Context()
	key := ""
	switch f.Values.Get("do") {
	case "save":
		if key = "note-changed"; text == "" {
			f.Fault("text", "needed")
		} else if f.OK() {
			_, err = bench.EditNote(ctx, c.User, id, version, text)
		}
	case "drop":
		key, err = "note-dropped", bench.DropNote(ctx, c.User, id, version)
	case "comment":
		key = "note-shared"
		_, err = bench.PublishNote(ctx, c.User, id, version, workbench.AsComment, 0)
	case "remark":
		key = "note-shared"
		_, err = bench.PublishNote(ctx, c.User, id, version, workbench.AsRemark, f.Number("seen", 1, 1<<30))
	default:
		f.Fault("", "no-act")
	}
	if f.OK() && err == nil {
		if f.Values.Get("from") == "notes" {
			return c.Done("/desk/notes", key)
		}
		return c.Done(talkHref(k), key)
	}
	return c.noteAgain(f, k, id, version, text, err)
}

// noteAgain shows a note whose change could not be made; what was typed stands
// in its form.
func (c *Call) noteAgain(f *Form, k store.Key, id string, version int, text string, err error) error {
	status := http.StatusBadRequest
	var conflict *Conflict
	if err != nil {
		if status = auth.StatusOf(err); entente.KindOf(err) == entente.NotFound {
			return err
		}
		if conflict, err = c.Conflicting(err, store.Key{Kind: workbench.KindNote, ID: id}, version, map[string]string{"text": text}); conflict == nil {
			if err := f.Refuse(err, "text"); err != nil {
				return err
			}
		}
	}
	if f.Values.Get("from") == "notes" {
		return c.notes(f, conflict, status)
	}
	return c.discussion(k, f, id, conflict, status)
}
