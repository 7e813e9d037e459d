package desk

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"entente"
	"entente/internal/auth"
	"entente/internal/cite"
	"entente/internal/extract"
	"entente/internal/store"
	"entente/internal/workbench"
)

// uploadScreen is the form by which a text comes in: a file or a pasted text, as a
// copy of a source that is there or of a new one.
type uploadScreen struct {
	Form   *Form
	Text   []Field // the file, the pasted text
	Chosen *sourceChoice
	Source Field
	Find   []Field // looks for a source
	Found  []sourceChoice
	Looked bool
	New    []Field
	Copy   []Field
	Same   []sameText // the text is here already
	Kinds  []string   // what is read, in words
	*choices
}

// sameText is a document that holds the same.
type sameText struct {
	Link
	How string // of the words
}

// maxFound bounds the sources that a search lists.
const maxFound = 20

func showUpload(c *Call) error {
	f := c.NewForm()
	id, err := c.Query("source", maxID)
	if err != nil {
		return err
	}
	f.Values.Set("source", id)
	return c.uploading(f, nil, http.StatusOK)
}

// uploading shows the form.
func (c *Call) uploading(f *Form, same []sameText, status int) error {
	x, err := c.choices()
	if err != nil {
		return err
	}
	s := &uploadScreen{Form: f, Same: same, choices: x}
	t := c.T.T
	for _, m := range []string{extract.MediaPDF, extract.MediaDOCX, extract.MediaHTML, extract.MediaMarkdown, extract.MediaText} {
		s.Kinds = append(s.Kinds, c.T.Label("media", mediaName(m)))
	}
	s.Text = f.Fields(
		Field{Name: "file", Label: t("upload.file"), Kind: "file", Hint: t("upload.file.hint", "kinds", c.T.List(s.Kinds), "megabytes", extract.MaxBytes>>20), Wide: true},
		Field{Name: "text", Label: t("upload.text"), Kind: "textarea", Rows: 8, Hint: t("upload.text.hint"), Wide: true},
	)
	s.Source = f.Fields(Field{Name: "source", Label: t("upload.source"), Hint: t("upload.source.hint"), Most: maxID, Auto: "off", Wide: true})[0]
	if err := c.findSource(f, s); err != nil {
		return err
	}
	kinds := slices.DeleteFunc(slices.Clone(entente.SourceKinds), func(k entente.SourceKind) bool { return k == entente.GeneralKnowledge })
	none := []Option{{Value: "", Word: t("upload.choose")}}
	s.New = f.Fields(
		Field{Name: "title", Label: t("upload.title-field"), Most: workbench.MaxShort, Wide: true},
		Field{Name: "author", Label: t("upload.author"), Most: workbench.MaxShort, Hint: t("upload.author.hint")},
		Field{Name: "date", Label: t("upload.date"), Most: 10, Hint: t("upload.date.hint")},
		Field{Name: "kind", Label: t("upload.kind"), Kind: "select", Options: slices.Concat(none, OptionsOf(c, "source-kind", kinds))},
		Field{Name: "text_of", Label: t("upload.text-of"), Most: workbench.MaxShort, Hint: t("upload.text-of.hint"), List: "actors-list", Auto: "off"},
		Field{Name: "symbol", Label: t("upload.symbol"), Most: workbench.MaxShort},
		Field{Name: "url", Label: t("upload.url"), Most: workbench.MaxShort, Wide: true},
	)
	s.Copy = f.Fields(
		Field{Name: "lang", Label: t("upload.lang"), Most: 40, Hint: t("upload.lang.hint")},
		Field{Name: "status", Label: t("upload.status"), Kind: "select", Options: slices.Concat([]Option{{Value: "", Word: t("upload.status.source")}}, OptionsOf(c, "text-status", entente.TextStatuses))},
	)
	return c.Show(Page{
		Template: "upload", Data: s, Status: status, Kicker: t("documents.title"), Title: t("upload.title"), Lede: t("upload.lede"), Nav: "documents",
		Islands: []string{"actorpicker"}, Styles: []string{"reader.css"},
	})
}

// findSource names the source that is chosen, and lists those that fit the words
// that the address looks for.
func (c *Call) findSource(f *Form, s *uploadScreen) error {
	if id := f.Values.Get("source"); id != "" {
		src, err := c.source(entente.SourceID(id))
		switch {
		case entente.KindOf(err) == entente.NotFound:
			if f.OK() {
				f.Fault("source", "source")
				s.Source = f.Fields(s.Source)[0]
			}
		case err != nil:
			return err
		default:
			s.Chosen = &sourceChoice{Title: src.Title, Short: cite.Short(src), ID: src.ID, Href: RecordHref(workbench.KindSource, string(src.ID))}
		}
	}
	words, err := c.Query("find", 300)
	if err != nil {
		return err
	}
	look := c.NewForm("find", words)
	s.Find = look.Fields(Field{Name: "find", Label: c.T.T("upload.find"), Hint: c.T.T("upload.find.hint"), Wide: true})
	if words == "" {
		return nil
	}
	s.Looked = true
	list, _, err := c.Desk.Bench.List(c.Context(), c.User, store.Query{Kinds: []string{workbench.KindSource}, States: []store.State{store.Draft, store.InReview, store.Published}, Words: words, Limit: maxFound})
	if err != nil {
		return err
	}
	for i := range list {
		var r entente.Records
		if err := readRow(&r, &list[i]); err != nil || len(r.Sources) != 1 {
			continue // an unfinished draft
		}
		src := &r.Sources[0]
		s.Found = append(s.Found, sourceChoice{Href: "/desk/documents/new" + queryWith(nil, "source", string(src.ID)), Title: src.Title, Short: cite.Short(src), ID: src.ID})
	}
	return nil
}

// uploadFields are those that a fault can stand beside.
var uploadFields = []string{"source", "title", "author", "date", "kind", "text_of", "symbol", "url", "lang", "status"}

// upload brings in a text.
func upload(c *Call) error {
	f, err := c.Form()
	if too, ok := errors.AsType[*http.MaxBytesError](err); ok {
		f = c.NewForm()
		f.Fault("file", "too-big", "megabytes", extract.MaxBytes>>20, "limit", too.Limit)
		c.W.Header().Set("Connection", "close") // the rest of the file is not read
		return c.uploading(f, nil, http.StatusRequestEntityTooLarge)
	}
	if err != nil {
		return err
	}
	x, err := c.choices()
	if err != nil {
		return err
	}
	up, field, err := c.readUpload(f, x)
	if err != nil {
		return err
	}
	if !f.OK() {
		return c.uploading(f, nil, http.StatusBadRequest)
	}
	doc, dups, err := c.Desk.Bench.AddDocument(c.Context(), c.User, *up)
	if err != nil {
		status := auth.StatusOf(err)
		if e := asEntente(err); e != nil && e.Op == "extract text" { // what is wrong with the file stands beside it
			err = f.refuseTo(field, err)
		} else {
			err = f.Refuse(err, uploadFields...)
		}
		if err != nil {
			return err
		}
		return c.uploading(f, nil, status)
	}
	var same []sameText
	query := map[string][]string{}
	for _, d := range dups {
		if d.Alike == workbench.NearText {
			query["near"] = append(query["near"], d.Document.ID)
			continue
		}
		same = append(same, sameText{Link{Href: ReadHref(d.Document.ID), Word: d.Document.Title}, string(d.Alike)})
	}
	if len(same) > 0 {
		return c.uploading(f, same, http.StatusConflict)
	}
	to := ReadHref(doc.ID)
	if near := query["near"]; len(near) > 0 {
		to += "?" + encodeAll("near", near[:min(len(near), maxNear)])
	}
	return c.Done(to, "document", "n", doc.Paragraphs)
}

// encodeAll writes several values of one name.
func encodeAll(name string, values []string) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = strings.TrimPrefix(queryWith(nil, name, v), "?")
	}
	return strings.Join(parts, "&")
}

// readUpload reads the form; field is the one that the text came from.
func (c *Call) readUpload(f *Form, x *choices) (up *workbench.Upload, field string, err error) {
	data, name, sent, err := f.File("file")
	if err != nil {
		return nil, "", err
	}
	pasted := f.Values.Get("text")
	up, field = &workbench.Upload{Name: name, Data: data}, "file"
	switch {
	case sent && strings.TrimSpace(pasted) != "":
		f.Fault("file", "both-texts")
	case !sent && strings.TrimSpace(pasted) == "":
		f.Fault("file", "no-text")
	case !sent:
		up.Name, up.Data, up.Media, field = "", []byte(strings.ReplaceAll(pasted, "\r\n", "\n")), extract.MediaText, "text"
	}
	up.Lang, up.Status = f.Text("lang", 40), Choice(f, "status", entente.TextStatuses)
	up.Source = entente.SourceID(f.Text("source", maxID))
	src := entente.Source{
		Title: f.Text("title", workbench.MaxShort), Author: f.Text("author", workbench.MaxShort), Date: f.Date("date"), Kind: Choice(f, "kind", entente.SourceKinds),
		Symbol: f.Text("symbol", workbench.MaxShort), URL: f.Text("url", workbench.MaxShort), Lang: up.Lang, Status: up.Status,
	}
	for word := range strings.SplitSeq(f.Text("text_of", workbench.MaxShort), ";") {
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		a, ok := x.actor(word)
		if !ok {
			f.Fault("text_of", "actor")
			continue
		}
		src.TextOf = append(src.TextOf, a)
	}
	described := src.Title != "" || src.Author != "" || !src.Date.IsZero() || src.Symbol != "" || src.URL != ""
	switch {
	case up.Source != "" && described:
		f.Fault("source", "both-sources")
	case up.Source != "":
		_, err := c.source(up.Source)
		if entente.KindOf(err) == entente.NotFound {
			f.Fault("source", "source")
		} else if err != nil {
			return nil, "", err
		}
	case !described:
		f.Fault("source", "no-source")
	default:
		if src.Title == "" {
			f.Fault("title", "needed")
		}
		if src.Kind == "" {
			f.Fault("kind", "needed")
		}
		up.NewSource = &src
	}
	return up, field, nil
}
