package desk

import (
	"html/template"
	"strconv"
	"strings"

	"entente"
	"entente/internal/chart"
	"entente/internal/message"
	"entente/internal/workbench"
)

// A list may hold a thousand codings, so that its rows, as the text, are written
// straight into a buffer: filling a template would take ten times as long.

// rowWriter writes rows. Everything that is not a tag of this file goes through
// text or attr.
type rowWriter struct {
	strings.Builder
	words *message.Catalogue
	known map[string]string // texts without arguments, looked up once
}

func (c *Call) rowWriter() *rowWriter { return &rowWriter{words: c.T, known: map[string]string{}} }

// T is a text of the catalogue that has no arguments, escaped.
func (w *rowWriter) T(key string) string {
	s, ok := w.known[key]
	if !ok {
		s = template.HTMLEscapeString(w.words.T(key))
		w.known[key] = s
	}
	return s
}

// Label is the word for a value of a closed list, escaped.
func (w *rowWriter) Label(list, value string) string { return w.T(list + "." + value) }

func (w *rowWriter) tag(s string) { w.WriteString(s) }

func (w *rowWriter) text(s string) { w.WriteString(template.HTMLEscapeString(s)) }

func (w *rowWriter) attr(name, value string) {
	w.WriteString(" " + name + `="` + template.HTMLEscapeString(value) + `"`)
}

// rowHTML is the list item of a coding.
func (c *Call) rowHTML(r *codingRow) string {
	w := c.rowWriter()
	w.row(r)
	return w.String()
}

// rowsHTML is the whole list.
func (c *Call) rowsHTML(rows []codingRow) template.HTML {
	w := c.rowWriter()
	for i := range rows {
		w.row(&rows[i])
	}
	return template.HTML(w.String()) //nolint:gosec // escaped by the writer
}

func (w *rowWriter) row(r *codingRow) {
	st := &r.Statement
	w.tag("<li")
	w.attr("id", r.ID)
	class := "coding"
	if r.Own {
		class = "coding coding-mine"
	}
	w.attr("class", class)
	w.attr("data-q", r.Key)
	w.attr("data-order", r.Order)
	if r.Paragraph > 0 {
		w.attr("data-p", strconv.Itoa(r.Paragraph))
	}
	w.tag(`><p class="coding-head">`)
	w.stance(st.Stance)
	w.tag(`</p><p class="coding-words">`)
	w.text(r.Actor + ": " + r.Words)
	w.tag(" <code>")
	w.text(string(st.Proposition))
	w.tag("</code></p>")
	if st.Conditions != "" {
		w.tag(`<p class="conditions">`)
		w.tag(w.T("coding.row.conditions"))
		w.text(" " + st.Conditions)
		w.tag("</p>")
	}
	if r.Quote != "" {
		w.tag("<blockquote")
		if r.Lang != "" {
			w.attr("lang", r.Lang)
		}
		w.tag("><p>")
		w.text(r.Quote)
		w.tag("</p></blockquote>")
	}
	w.facts(r)
	if r.Found != workbench.InPlace {
		w.note(w.Label("coding.found", string(r.Found)))
	}
	if r.Placed.Edit {
		w.note(w.T("coding.beside"))
	}
	w.overlaps(r)
	if st.Note != "" {
		w.note(template.HTMLEscapeString(st.Note))
	}
	w.acts(r)
	w.tag("</li>\n")
}

// note writes a line of HTML.
func (w *rowWriter) note(inside string) { w.tag(`<p class="coding-note">` + inside + "</p>") }

// stance tells a stance by letter and word; one that is not set is told so.
func (w *rowWriter) stance(s entente.Stance) {
	class, mark, word := chart.NotCoded, "?", w.T("coding.unset")
	if s != "" {
		class, word = string(s), w.Label("stance", string(s))
		if style, err := chart.StyleOf(class); err == nil {
			mark = style.Mark
		}
	}
	w.tag(`<span class="stance"><span`)
	w.attr("class", "stance-letter stance-"+class)
	w.tag(` aria-hidden="true">`)
	w.text(mark)
	w.tag("</span> ")
	w.tag(word + "</span>")
}

// facts tell where, who and how far.
func (w *rowWriter) facts(r *codingRow) {
	w.tag(`<p class="coding-facts">`)
	if r.Paragraph > 0 {
		w.tag("<a")
		w.attr("href", "#p"+strconv.Itoa(r.Paragraph))
		w.tag(">")
		w.text(w.words.T("read.at", "n", r.Paragraph))
		w.tag("</a>")
	}
	for _, s := range []string{r.Where, r.Coder} {
		if s != "" {
			w.text(" · " + s)
		}
	}
	w.tag(` · <span`)
	w.attr("class", "state state-"+string(r.State))
	w.tag(">" + w.Label("state", string(r.State)) + "</span></p>")
}

// overlaps name the codings that share words with this one.
func (w *rowWriter) overlaps(r *codingRow) {
	if len(r.Overlaps) == 0 {
		return
	}
	w.tag(`<p class="coding-note">` + w.T("coding.overlaps"))
	for i, o := range r.Overlaps {
		if i > 0 {
			w.tag(",")
		}
		w.tag(" <a")
		w.attr("href", o.Href)
		w.tag(">")
		w.text(o.Word)
		w.tag("</a>")
	}
	if r.More > 0 {
		w.text(" " + w.words.T("coding.overlaps.more", "n", r.More))
	}
	w.tag("</p>")
}

// acts lead on: edit, history, take back.
func (w *rowWriter) acts(r *codingRow) {
	hidden := func() {
		w.tag(`<span class="visually-hidden"> `)
		w.text(string(r.Statement.Proposition))
		w.tag("</span>")
	}
	link := func(class, href, word string) {
		w.tag("<a")
		if class != "" {
			w.attr("class", class)
		}
		w.attr("href", href)
		w.tag(">" + word)
		hidden()
		w.tag("</a> ")
	}
	w.tag(`<div class="coding-acts">`)
	if r.Edit != "" {
		link("coding-edit", r.Edit, w.T("coding.edit"))
	}
	link("", r.History, w.T("coding.history"))
	if r.Drop != "" {
		w.tag(`<form method="post" data-inplace`)
		w.attr("action", r.Drop)
		w.tag(`><input type="hidden" name="base"`)
		w.attr("value", strconv.Itoa(r.Version))
		w.tag(`><button type="submit" class="button-quiet">` + w.T("coding.drop"))
		hidden()
		w.tag("</button></form>")
	}
	w.tag("</div>")
}
