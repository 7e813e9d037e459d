package desk

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"entente"
	"entente/internal/extract"
	"entente/internal/store"
	"entente/internal/workbench"
)

// codingRow is one coding in the list beside the text.
type codingRow struct {
	ID    string // of the element
	Key   string // names it in the marks of the text
	Order string // sorts the rows as the list has them
	workbench.Placed
	Actor    string // in words
	Words    string // of the proposition
	Where    string // "para. 12"
	Quote    string
	Lang     string
	Coder    string // "you", or the name
	Overlaps []Link
	More     int // overlapping ones that are not listed
	Edit     string
	Drop     string
	History  string
}

// shownOverlaps and shownQuote bound a row.
const (
	shownOverlaps = 4
	shownQuote    = 240 // characters
)

// rows makes the rows of a list; only, when not nil, chooses the codings of some
// paragraphs.
func (c *Call) rows(o *opened, list []workbench.Placed, x *choices, open bool, only func(*workbench.Placed) bool) []codingRow {
	near := overlapping(list)
	seen := map[string]int{}
	ids := make([]string, len(list))
	for i := range list {
		key := codingKey(list[i].Statement.ID)
		seen[key]++
		ids[i] = "coding-" + key
		if n := seen[key]; n > 1 {
			ids[i] += "-" + strconv.Itoa(n) // a further passage of the same coding
		}
	}
	var out []codingRow
	for i := range list {
		p := &list[i]
		if only != nil && !only(p) {
			continue
		}
		r := codingRow{
			ID: ids[i], Key: codingKey(p.Statement.ID), Placed: *p, Actor: x.name(p.Statement.Actor), Words: x.words(p.Statement.Proposition),
			Quote: shortened(p.Quotation.Exact, shownQuote), Lang: o.Lang, Coder: p.Statement.Coder, History: RecordHref(workbench.KindStatement, p.Statement.ID),
			Order: orderOf(p),
		}
		r.Where = p.Statement.Pinpoint
		if p.Own {
			r.Coder = c.T.T("read.you")
		}
		for k, j := range near[i] {
			if k == shownOverlaps {
				r.More = len(near[i]) - shownOverlaps
				break
			}
			r.Overlaps = append(r.Overlaps, Link{Href: "#" + ids[j], Word: string(list[j].Statement.Proposition)})
		}
		if open && c.mayChange(p) {
			r.Edit = o.at(0, "codings", p.Statement.ID, "edit")
			if p.Passage != "" {
				r.Edit += queryWith(nil, "passage", p.Passage)
			}
			if p.State != store.Published {
				r.Drop = o.at(0, "codings", p.Statement.ID, "drop")
			}
		}
		out = append(out, r)
	}
	return out
}

// orderOf is a text that sorts as the list does: one's own first, by place.
func orderOf(p *workbench.Placed) string {
	rank := 0
	if !p.Own {
		rank = 2
	}
	if p.Paragraph == 0 {
		rank++
	}
	return fmt.Sprintf("%d-%09d-%09d-%s", rank, p.Start, p.End, codingKey(p.Statement.ID))
}

// overlapping gives, for each coding, the others that share words with it.
func overlapping(list []workbench.Placed) [][]int {
	out := make([][]int, len(list))
	var order []int
	for i := range list {
		if list[i].Paragraph > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return list[a].Start - list[b].Start })
	for k, i := range order {
		for _, j := range order[k+1:] {
			if list[j].Start >= list[i].End {
				break
			}
			if list[i].Statement.ID != list[j].Statement.ID {
				out[i], out[j] = append(out[i], j), append(out[j], i)
			}
		}
	}
	return out
}

// formOf gives the fields of a coding as the form has them. What is filled in by
// itself is left empty, so that it follows when the passage moves.
func formOf(o *opened, p *workbench.Placed, x *choices) map[string]string {
	st := &p.Statement
	m := map[string]string{
		"base": strconv.Itoa(p.Version), "passage": p.Passage, "actor": x.label(st.Actor), "proposition": string(st.Proposition), "stance": stanceField(st.Stance),
		"conditions": st.Conditions, "instrument": string(st.Instrument), "pinpoint": st.Pinpoint, "note": st.Note, "date": st.Date.String(), "date_basis": string(st.DateBasis),
	}
	if p.Paragraph > 0 {
		m["exact"], _ = o.text.Slice(p.Start, p.End)
		m["paragraph"] = strconv.Itoa(p.Paragraph)
		if st.Pinpoint == extract.Pinpoint(o.text, p.Start, p.End) {
			m["pinpoint"] = ""
		}
	}
	if date, basis := usualDate(o.source, st.Actor); st.Date == date && st.DateBasis == basis {
		m["date"], m["date_basis"] = "", ""
	}
	return m
}

// usualDate is the date that a coding gets when none is typed.
func usualDate(src *entente.Source, a entente.ActorID) (entente.Date, entente.DateBasis) {
	if src.Date.IsZero() || src.IsTextOf(a) {
		return src.Date, entente.ActDate
	}
	return src.Date, entente.NotLaterThan
}

// unset is what the form has for a stance that is not set.
const unset = "unset"

func stanceField(s entente.Stance) string {
	if s == "" {
		return unset
	}
	return string(s)
}

// shortened cuts a text at a blank.
func shortened(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	cut := string([]rune(s)[:most])
	if i := strings.LastIndexAny(cut, " \n"); i > most/2 {
		cut = cut[:i]
	}
	return strings.TrimSpace(cut) + " …"
}

// part fills a template that is a part of a page.
func (c *Call) part(name string, data any) (string, error) {
	tmpl := c.Desk.templates[c.T.Lang()].Lookup(name)
	if tmpl == nil {
		return "", &entente.Error{Kind: entente.Internal, Op: "show page", Msg: "there is no template " + name}
	}
	var b bytes.Buffer
	err := tmpl.Execute(&b, data)
	return b.String(), err
}
