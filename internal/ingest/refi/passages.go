package refi

import (
	"fmt"
	"slices"
	"strings"

	"entente/internal/ingest"
)

// passage keeps a coding that became no statement, and reports it.
func (rd *reading) passage(row int, src *source, s selection, c coding, q ingest.Quote, o ingest.Outcome, why string) {
	name := "an unknown code"
	if at := rd.codes.byID[guid(c.Code.Target)]; at != nil {
		name = at.path
	}
	at := place(s, c)
	rd.p.Passages = append(rd.p.Passages, ingest.Passage{
		Source: src.id, Code: name, Note: rd.description(s), Coder: rd.user(src, s, c), Quote: q, Row: row, Place: at,
	})
	rd.p.Report(row, at, o, why)
}

func place(s selection, c coding) string {
	if s.GUID == "" {
		return "coding " + c.GUID
	}
	return "passage " + s.GUID + ", coding " + c.GUID
}

func (rd *reading) description(s selection) string {
	if rd.Descriptions {
		return ingest.Clean(s.Description)
	}
	return ""
}

func (rd *reading) user(src *source, s selection, c coding) string {
	for _, u := range []string{c.User, s.User, src.user} {
		if u != "" {
			return rd.users[guid(u)]
		}
	}
	return ""
}

// placed is a coding at its place.
type placed struct {
	row     int
	on      selection
	by      coding
	coder   string
	code    *codeAt
	meaning meaning
	known   bool // a rule explains the code
}

// passages reads the codings of a source. Programs write one element for a
// passage with all its codes or one for each code, so that codings are gathered
// by place.
func (rd *reading) passages(src *source) error {
	for _, c := range src.codings {
		if at := rd.codes.byID[guid(c.Code.Target)]; at != nil {
			if m, ok := rd.codes.meaning(at); ok && m.actor != "" {
				src.actors = append(src.actors, m.actor)
				rd.p.Report(rd.next(), place(selection{}, c), ingest.Used, "names the actor of the source")
				continue
			}
		}
		rd.passage(rd.next(), src, selection{}, c, ingest.Quote{}, ingest.Problem, "the code is on the whole source, not on a passage")
	}
	type key struct{ from, to int }
	groups, order := map[key][]placed{}, []key(nil)
	n := 0
	for _, s := range src.text.Selections {
		if n++; n%1024 == 0 && rd.ctx.Err() != nil {
			return rd.ctx.Err()
		}
		if ingest.Clean(s.Description) != "" {
			rd.described++
		}
		from, to, ok := span(src.counted.text, &s)
		why := ""
		switch {
		case !ok:
			why = fmt.Sprintf("the places %s to %s lie outside the text, which has %d characters", ingest.Clip(s.Start, 20), ingest.Clip(s.End, 20), src.counted.text.Runes)
		case len(src.counted.text.Slice(from, to)) > ingest.MaxCell || len(s.Description) > ingest.MaxCell:
			why = fmt.Sprintf("the passage or its description has more than %d kB", ingest.MaxCell>>10)
		case src.counted.excerpts && excerpt(s.Name) != "" && !begins(src.counted.text.Slice(from, to), s.Name):
			why = fmt.Sprintf("at its place stands %q, not %q", ingest.Clip(src.counted.text.Slice(from, to), 40), ingest.Clip(s.Name, 40))
		}
		for _, c := range s.Codings {
			if why != "" {
				rd.passage(rd.next(), src, s, c, ingest.Quote{}, ingest.Problem, why)
				continue
			}
			x := placed{row: rd.next(), on: s, by: c, coder: rd.user(src, s, c), code: rd.codes.byID[guid(c.Code.Target)]}
			if x.code != nil {
				x.meaning, x.known = rd.codes.meaning(x.code)
			}
			k := key{from, to}
			if groups[k] == nil {
				order = append(order, k)
			}
			groups[k] = append(groups[k], x)
		}
	}
	for _, k := range order {
		rd.group(src, groups[k], src.counted.text.Quote(k.from, k.to, src.hash))
	}
	for _, s := range src.areas {
		for _, c := range s.Codings {
			rd.passage(rd.next(), src, s, c, ingest.Quote{}, ingest.Problem, "the passage is an area of a page, without its text")
		}
	}
	return nil
}

// group reads the codings of one place.
func (rd *reading) group(src *source, list []placed, q ingest.Quote) {
	for _, x := range list {
		switch {
		case x.code == nil:
			rd.passage(x.row, src, x.on, x.by, q, ingest.Problem, "the code is not in the code book")
		case !x.known:
			rd.passage(x.row, src, x.on, x.by, q, ingest.Skipped, fmt.Sprintf("no rule explains the code %q: kept as a passage", x.code.path))
		case x.meaning.proposition == "" && x.meaning.actor != "":
			rd.p.Report(x.row, place(x.on, x.by), ingest.Used, "names the actor")
		case x.meaning.proposition == "":
			rd.p.Report(x.row, place(x.on, x.by), ingest.Used, "tells the stance")
		default:
			rd.statement(src, x, list, q)
		}
	}
}

// statement makes a statement for each actor of a coded passage.
func (rd *reading) statement(src *source, x placed, list []placed, q ingest.Quote) {
	at := place(x.on, x.by)
	fail := func(o ingest.Outcome, why string) { rd.passage(x.row, src, x.on, x.by, q, o, why) }
	stance := x.meaning.stance
	if stance == "" {
		var told []string
		for _, y := range list {
			if y.coder == x.coder && y.meaning.proposition == "" && y.meaning.stance != "" && !slices.Contains(told, y.meaning.stance) {
				told = append(told, y.meaning.stance)
			}
		}
		switch len(told) {
		case 1:
			stance = told[0]
		case 0:
			fail(ingest.Problem, "no stance is set, and none is assumed")
			return
		default:
			fail(ingest.Problem, "several stances are set: "+strings.Join(told, ", "))
			return
		}
	}
	actors := rd.actors(src, x, list)
	if len(actors) == 0 {
		fail(ingest.Problem, "nothing names the actor (by "+rd.Actor.By+" "+rd.Actor.Name+")")
		return
	}
	misses := []*ingest.Miss{rd.link.Try("propositions", x.meaning.proposition)}
	for _, a := range actors {
		misses = append(misses, rd.link.Try("actors", a))
	}
	for _, m := range misses {
		if m != nil {
			fail(m.Outcome, m.Why)
			return
		}
	}
	var ids []string
	for _, a := range actors {
		id, _ := rd.link.Actor(a, x.row, at)
		ids = append(ids, id)
	}
	proposition, _ := rd.link.Proposition(x.meaning.proposition, x.row, at)
	checked := "no"
	if rd.Checked {
		checked = "yes"
	}
	note, used, why := rd.description(x.on), false, ""
	for i, a := range actors {
		id, same := rd.unique.ID("st", []string{src.hash, fmt.Sprintf("%d-%d", q.Start, q.End), a, x.meaning.proposition, x.coder}, []string{stance}, x.row)
		if same > 0 {
			why = fmt.Sprintf("the same as item %d", same)
			continue
		}
		rd.p.Add("statements", x.row, at, map[string]string{
			"id": id, "actor": ids[i], "proposition": proposition, "stance": stance, "source": src.id, "coder": x.coder, "checked": checked, "note": note,
		})
		rd.p.Quote(id, src.id, q, x.row, at)
		used = true
	}
	if !used {
		rd.p.Report(x.row, at, ingest.Skipped, why)
		return
	}
	if x.coder != "" {
		rd.p.Coders = append(rd.p.Coders, x.coder)
	}
	rd.p.Report(x.row, at, ingest.Used, why)
}

// actors names the actors of a passage, by the rule of the settings.
func (rd *reading) actors(src *source, x placed, list []placed) []string {
	var out []string
	add := func(name string) {
		if name = ingest.Clean(name); name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	switch rd.Actor.By {
	case "fixed":
		add(rd.Actor.Name)
	case "source":
		add(strings.TrimSuffix(src.name, ext(src.name)))
	case "variable":
		add(rd.value(src.item, rd.Actor.Name))
	case "case":
		for _, c := range rd.cases[guid(x.on.GUID)] {
			add(c.Name)
		}
		if len(out) == 0 {
			for _, c := range rd.cases[guid(src.guid)] {
				add(c.Name)
			}
		}
	case "code":
		for _, y := range list {
			if y.coder == x.coder {
				add(y.meaning.actor)
			}
		}
		if len(out) == 0 {
			for _, a := range src.actors {
				add(a)
			}
		}
	}
	return out
}

// ext is the extension of a file name, empty when the last dot is that of a
// sentence.
func ext(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 && len(name)-i <= 5 && !strings.Contains(name[i:], " ") {
		return name[i:]
	}
	return ""
}
