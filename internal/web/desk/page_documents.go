package desk

import (
	"net/http"
	"strconv"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/cite"
	"entente/internal/extract"
	"entente/internal/view"
	"entente/internal/workbench"
)

var documentRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/documents", Action: auth.ReadDrafts, Do: showDocuments},
	{Method: http.MethodGet, Pattern: "/desk/documents.json", Action: auth.ReadDrafts, Do: func(c *Call) error { return c.documentsData("json") }},
	{Method: http.MethodGet, Pattern: "/desk/documents.csv", Action: auth.ReadDrafts, Do: func(c *Call) error { return c.documentsData("csv") }},
	{Method: http.MethodGet, Pattern: "/desk/documents/new", Action: auth.Code, Do: showUpload},
	{Method: http.MethodPost, Pattern: "/desk/documents/new", Action: auth.Code, Body: extract.MaxBytes + 1<<20, Do: upload},
}

// documentsPage is how many documents a page lists.
const documentsPage = 50

// documentsScreen lists the texts of the workbench.
type documentsScreen struct {
	Filters []Field
	List    []documentRow
	Pager   Pager
	May     bool // the reader may bring in a text
	Asked   bool // something was asked for
}

// documentRow is one of them.
type documentRow struct {
	workbench.Document
	Href   string
	Source string // a short name of it
	Lang   string
	Media  string // in words
	Task   string // what the reader has to do with it, in words
}

// documentsAsk reads the filters of the address.
func (c *Call) documentsAsk(limit int) (workbench.DocumentFilter, *Form, error) {
	ask := workbench.DocumentFilter{Limit: limit}
	f := c.NewForm()
	for _, x := range []struct {
		name string
		at   *string
		most int
	}{{"words", &ask.Words, 300}, {"source", (*string)(&ask.Source), maxID}, {"after", &ask.After, maxID}} {
		v, err := c.Query(x.name, x.most)
		if err != nil {
			return ask, nil, err
		}
		*x.at = v
		f.Values.Set(x.name, v)
	}
	if ask.Words != "" {
		ask.After = ""
	}
	return ask, f, nil
}

// mine are the reader's tasks by document.
func (c *Call) mine() (map[string]*workbench.Task, error) {
	list, err := c.Desk.Bench.Tasks(c.Context(), c.User, workbench.TaskFilter{Coder: c.User.Name})
	if err != nil {
		return nil, err
	}
	out := map[string]*workbench.Task{}
	for i := range list {
		t := &list[i]
		if before := out[t.Document]; before == nil || before.IsDone(c.User.Name) {
			out[t.Document] = t
		}
	}
	return out, nil
}

func (c *Call) documentRows(list []workbench.Document) ([]documentRow, error) {
	tasks, err := c.mine()
	if err != nil {
		return nil, err
	}
	corpus := c.corpus()
	out := make([]documentRow, 0, len(list))
	for i := range list {
		d := &list[i]
		r := documentRow{Document: *d, Href: ReadHref(d.ID), Source: string(d.Source), Lang: d.Lang, Media: c.T.Label("media", mediaName(d.Media))}
		src := corpus.Source(d.Source)
		if src == nil {
			if src, err = c.source(d.Source); err != nil {
				return nil, err
			}
		}
		if src.Title != "" {
			r.Source = cite.Short(src)
		}
		if t := tasks[d.ID]; t != nil {
			r.Task = c.T.T("documents.task.open")
			if t.IsDone(c.User.Name) {
				r.Task = c.T.T("documents.task.done")
			}
			if t.Hides() {
				r.Task += " " + c.T.T("documents.task.blind")
			}
		}
		out = append(out, r)
	}
	return out, nil
}

// mediaNames are the formats by the name that the words have.
var mediaNames = map[string]string{
	extract.MediaPDF: "pdf", extract.MediaDOCX: "docx", extract.MediaHTML: "html", extract.MediaMarkdown: "markdown", extract.MediaText: "text",
}

func mediaName(media string) string {
	if name := mediaNames[media]; name != "" {
		return name
	}
	return "other"
}

func showDocuments(c *Call) error {
	ask, f, err := c.documentsAsk(documentsPage + 1)
	if err != nil {
		return err
	}
	list, err := c.Desk.Bench.Documents(c.Context(), c.User, ask)
	if err != nil {
		return err
	}
	s := &documentsScreen{May: c.May(auth.Code), Asked: ask.Words != "" || ask.Source != ""}
	if len(list) > documentsPage {
		list = list[:documentsPage]
		if ask.Words == "" {
			s.Pager.Older = c.R.URL.Path + queryWith(c.R.URL.Query(), "after", list[documentsPage-1].ID)
		}
	}
	if ask.After != "" {
		s.Pager.Newest = c.R.URL.Path + queryWith(c.R.URL.Query(), "after", "")
	}
	if s.List, err = c.documentRows(list); err != nil {
		return err
	}
	s.Filters = f.Fields(
		Field{Name: "words", Label: c.T.T("documents.words"), Hint: c.T.T("documents.words.hint"), Wide: true},
		Field{Name: "source", Label: c.T.T("documents.source"), Hint: c.T.T("documents.source.hint")},
	)
	return c.Show(Page{
		Template: "documents", Data: s, Title: c.T.T("documents.title"), Lede: c.T.T("documents.lede"), Nav: "documents", Twins: []string{"json", "csv"}, Styles: []string{"reader.css"},
	})
}

// DocumentsSchema names the shape of the list of documents as JSON.
const DocumentsSchema = "entente.documents/1"

// documentData is one document as data.
type documentData struct {
	workbench.Document
	Version int    `json:"version"`
	Href    string `json:"href"`
}

func (c *Call) documentsData(form string) error {
	ask, _, err := c.documentsAsk(0)
	if err != nil {
		return err
	}
	list, err := c.Desk.Bench.Documents(c.Context(), c.User, ask)
	if err != nil {
		return err
	}
	t := view.Table{Name: "documents", Header: []string{"id", "source", "title", "name", "media", "lang", "status", "paragraphs", "pages", "added", "added_by", "original_sha256", "text_sha256"}}
	data := make([]documentData, 0, len(list))
	for i := range list {
		d := &list[i]
		data = append(data, documentData{*d, d.Version, ReadHref(d.ID)})
		t.Rows = append(t.Rows, []string{
			d.ID, string(d.Source), d.Title, d.Name, d.Media, d.Lang, string(d.Status), strconv.Itoa(d.Paragraphs), strconv.Itoa(d.Pages), d.Added.Format(time.RFC3339), d.AddedBy, d.Original, d.Hash,
		})
	}
	return c.Data(form, struct {
		Schema    string         `json:"schema"`
		Documents []documentData `json:"documents"`
	}{DocumentsSchema, data}, t)
}

// sourceChoice is one source that fits what was looked for.
type sourceChoice struct {
	Href, Title, Short string
	ID                 entente.SourceID
}
