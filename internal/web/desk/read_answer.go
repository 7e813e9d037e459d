package desk

import (
	"compress/gzip"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"entente"
	"entente/internal/auth"
	"entente/internal/workbench"
)

// With a script the reading page is not loaded again: a form is sent by it and
// the answer is put in the page's place.

// readAnswer is what the script of the reading page gets.
type readAnswer struct {
	Message string `json:"message"`
	// Paragraphs are the inner HTML of the words of paragraphs, by number.
	Paragraphs map[string]string `json:"paragraphs,omitempty"`
	// Coding names what was changed; its rows are taken out of the list, and those
	// of Rows, by the id of their element, put in or in the place of the old ones.
	Coding string            `json:"coding,omitempty"`
	Rows   map[string]string `json:"rows,omitempty"`
	Count  string            `json:"count,omitempty"` // how many codings there are, in words
	// Readings is the HTML of the list of what was read for.
	Readings string       `json:"readings,omitempty"`
	Errors   []fieldFault `json:"errors,omitempty"`
}

type fieldFault struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// wantsJSON tells whether the script asks.
func (c *Call) wantsJSON() bool {
	return strings.Contains(c.R.Header.Get("Accept"), "application/json")
}

// json answers the script.
func (c *Call) json(status int, v any) error {
	c.W.Header().Set("Content-Type", media["json"])
	c.W.Header().Set("Cache-Control", "no-store")
	c.W.WriteHeader(status)
	return json.NewEncoder(c.W).Encode(v)
}

// refusedJSON tells the script what is wrong with a form.
func (c *Call) refusedJSON(status int, f *Form) error {
	a := readAnswer{Message: f.Problem()}
	var names []string
	for name := range f.Faults {
		if name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		a.Errors = append(a.Errors, fieldFault{name, f.Faults[name]})
	}
	if a.Message == "" {
		a.Message = c.T.T("read.not-saved")
	}
	return c.json(status, a)
}

// changed answers the script after a coding was made, changed or dropped: what
// stands now in the paragraphs that it touches or touched.
func (c *Call) changed(o *opened, statement string, before []workbench.Placed, message string) error {
	list, err := c.codings(o.ID)
	if err != nil {
		return err
	}
	x, err := c.choices()
	if err != nil {
		return err
	}
	is := func(p *workbench.Placed) bool { return p.Statement.ID == statement }
	var own []workbench.Placed
	for _, l := range [][]workbench.Placed{before, list} {
		for i := range l {
			if is(&l[i]) {
				own = append(own, l[i])
			}
		}
	}
	numbers := o.paragraphs(own)
	a := readAnswer{Message: message, Coding: codingKey(statement), Paragraphs: map[string]string{}, Rows: map[string]string{}, Count: c.T.T("read.codings.count", "n", len(list))}
	marks := stretches(list)
	for _, n := range numbers {
		a.Paragraphs[strconv.Itoa(n)] = paragraphHTML(o.paragraph(n), marks)
	}
	touched := func(p *workbench.Placed) bool {
		if is(p) {
			return true
		}
		return slices.ContainsFunc(own, func(s workbench.Placed) bool {
			return s.Paragraph > 0 && p.Paragraph > 0 && p.Start < s.End && s.Start < p.End
		})
	}
	rows := c.rows(o, list, x, true, touched)
	for i := range rows {
		a.Rows[rows[i].ID] = c.rowHTML(&rows[i])
	}
	return c.json(http.StatusOK, a)
}

// failed answers an error that no form shows: to the script as JSON.
func (c *Call) failed(err error) error {
	if !c.wantsJSON() || entente.KindOf(err) == entente.Internal {
		return err
	}
	f := c.NewForm()
	if f.Refuse(err) != nil {
		return err
	}
	return c.refusedJSON(auth.StatusOf(err), f)
}

// squeezes compresses a long page for a browser that takes it, lightly: the page
// is made anew for each reader.
func (c *Call) squeezes() (done func()) {
	if !strings.Contains(c.R.Header.Get("Accept-Encoding"), "gzip") || c.R.Method == http.MethodHead {
		return func() {}
	}
	z, err := gzip.NewWriterLevel(c.W, gzip.BestSpeed)
	if err != nil {
		return func() {}
	}
	w := &squeezing{ResponseWriter: c.W, z: z}
	c.W = w
	return w.end
}

type squeezing struct {
	http.ResponseWriter
	z    *gzip.Writer
	head bool
}

func (w *squeezing) WriteHeader(status int) {
	if !w.head {
		w.head = true
		h := w.Header()
		h.Del("Content-Length")
		h.Set("Content-Encoding", "gzip")
		h.Add("Vary", "Accept-Encoding")
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *squeezing) Write(p []byte) (int, error) {
	if !w.head {
		w.WriteHeader(http.StatusOK)
	}
	return w.z.Write(p)
}

// end closes the stream if anything was written.
func (w *squeezing) end() {
	if w.head {
		_ = w.z.Close() // a reader who went away is their own business
	}
}
