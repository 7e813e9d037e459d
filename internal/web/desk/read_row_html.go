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
	t     *message.Catalogue
	words map[string]string // of the catalogue, looked up once
}

func (c *Call) rowWriter() *rowWriter { return &rowWriter{t: c.T, words: map[string]string{}} }

// say writes a text of the catalogue that has no arguments.
func (w *rowWriter) say(key string) {
	s, ok := w.words[key]
	if !ok {
		s = template.HTMLEscapeString(w.t.T(key))
		w.words[key] = s
	}
	w.WriteString(s)
}

// label writes a word of a closed list.
func (w *rowWriter) label(list, value string) { w.say(list + "." + value) }

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
		w.say("coding.row.conditions")
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
	if key, ok := foundNotes[r.Found]; ok {
		w.note(func() { w.say(key) })
	}
	if r.Placed.Edit {
		w.note(func() { w.say("coding.beside") })
	}
	w.overlaps(r)
	if st.Note != "" {
		w.note(func() { w.text(st.Note) })
	}
	w.acts(r)
	w.tag("</li>\n")
}

// foundNotes say what a reader should know of a passage that was looked for anew.
var foundNotes = map[workbench.Found]string{
	workbench.Fuzzy: "coding.found.fuzzy", workbench.Moved: "coding.found.moved", workbench.Orphaned: "coding.found.orphaned", workbench.Unplaced: "coding.found.unplaced",
}

func (w *rowWriter) note(inside func()) {
	w.tag(`<p class="coding-note">`)
	inside()
	w.tag("</p>")
}

// stance tells a stance by letter and word; one that is not set is told so.
func (w *rowWriter) stance(s entente.Stance) {
	class, mark, key := string(s), "?", "stance."+string(s)
	if s == "" {
		class, key = chart.NotCoded, "coding.unset"
	} else if style, err := chart.StyleOf(class); err == nil {
		mark = style.Mark
	}
	w.tag(`<span class="stance"><span`)
	w.attr("class", "stance-letter stance-"+class)
	w.tag(` aria-hidden="true">`)
	w.text(mark)
	w.tag("</span> ")
	w.say(key)
	w.tag("</span>")
}

// facts tell where, who and how far.
func (w *rowWriter) facts(r *codingRow) {
	w.tag(`<p class="coding-facts">`)
	if r.Paragraph > 0 {
		w.tag("<a")
		w.attr("href", "#p"+strconv.Itoa(r.Paragraph))
		w.tag(">")
		w.text(w.t.T("read.at", "n", r.Paragraph))
		w.tag("</a>")
	}
	for _, s := range []string{r.Where, r.Coder} {
		if s != "" {
			w.text(" · " + s)
		}
	}
	w.tag(` · <span`)
	w.attr("class", "state state-"+string(r.State))
	w.tag(">")
	w.label("state", string(r.State))
	w.tag("</span></p>")
}

// overlaps name the codings that share words with this one.
func (w *rowWriter) overlaps(r *codingRow) {
	if len(r.Overlaps) == 0 {
		return
	}
	w.note(func() {
		w.say("coding.overlaps")
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
			w.text(" " + w.t.T("coding.overlaps.more", "n", r.More))
		}
	})
}

// acts lead on: edit, history, take back.
func (w *rowWriter) acts(r *codingRow) {
	hidden := func() {
		w.tag(`<span class="visually-hidden"> `)
		w.text(string(r.Statement.Proposition))
		w.tag("</span>")
	}
	link := func(class, href, key string) {
		w.tag("<a")
		if class != "" {
			w.attr("class", class)
		}
		w.attr("href", href)
		w.tag(">")
		w.say(key)
		hidden()
		w.tag("</a> ")
	}
	w.tag(`<div class="coding-acts">`)
	if r.Edit != "" {
		link("coding-edit", r.Edit, "coding.edit")
	}
	link("", r.History, "coding.history")
	if r.Drop != "" {
		w.tag(`<form method="post" data-inplace`)
		w.attr("action", r.Drop)
		w.tag(`><input type="hidden" name="base"`)
		w.attr("value", strconv.Itoa(r.Version))
		w.tag(`><button type="submit" class="button-quiet">`)
		w.say("coding.drop")
		hidden()
		w.tag("</button></form>")
	}
	w.tag("</div>")
}
