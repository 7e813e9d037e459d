package desk

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"entente/internal/ingest"
	"entente/internal/ingest/all"
)

// fillSettings puts settings into the form.
func fillSettings(f *Form, s *all.Settings) {
	set := func(name, value string) { f.Values.Set(name, value) }
	tick := func(name string, on bool) {
		if on {
			set(name, "1")
		}
	}
	unknown := func(u ingest.Unknown, n ingest.New) {
		if u == "" {
			u = ingest.UnknownProblem
		}
		set("unknown", string(u))
		set("new-actor-kind", n.ActorKind)
		set("new-source-kind", n.SourceKind)
		set("new-pillar", n.Pillar)
		set("new-issue", n.Issue)
	}
	switch {
	case s.Table != nil:
		m := s.Table
		set("table", m.Kind)
		set("sheet", m.Sheet)
		set("separator", separatorName(m.Separator))
		if m.HeaderRow > 0 {
			set("header-row", strconv.Itoa(m.HeaderRow))
		}
		for _, x := range m.Columns {
			set("from:"+x.To, x.From)
			set("fixed:"+x.To, x.Fixed)
			set("date:"+x.To, x.Date)
			set("split:"+x.To, x.Split)
			set("words:"+x.To, pairLines(x.Words))
		}
		unknown(m.Unknown, m.New)
	case s.DNA != nil:
		d := s.DNA
		for name, v := range map[string]string{"type": d.Type, "actor": d.Actor, "actor-else": d.ActorElse, "concept": d.Concept, "qualifier": d.Qualifier, "source-kinds": pairLines(d.SourceKinds), "coders": pairLines(d.Coders)} {
			set(name, v)
		}
		for v, w := range d.Stances {
			set("stance:"+v, w)
		}
		f.Values["note-variables"] = slices.Clone(d.Note)
		tick("authors-text", d.AuthorsText)
		tick("checked", d.Checked)
		unknown(d.Unknown, d.New)
	case s.CSL != nil:
		set("other-kind", s.CSL.OtherKind)
		set("kinds", pairLines(s.CSL.Kinds))
		tick("authors-text", s.CSL.AuthorsText)
		unknown(s.CSL.Unknown, s.CSL.New)
	case s.REFI != nil:
		r := s.REFI
		for name, v := range map[string]string{"actor-by": r.Actor.By, "actor-name": r.Actor.Name, "propositions": r.Propositions, "stances": r.Stances, "stance-words": pairLines(r.StanceWords), "date-variable": r.DateVariable, "coders": pairLines(r.Coders)} {
			set(name, v)
		}
		var lines []string
		for _, k := range r.Codes {
			line := k.Code + " = " + k.Proposition
			if k.Stance != "" {
				line += ", " + k.Stance
			}
			lines = append(lines, line)
		}
		set("codes", strings.Join(lines, "\n"))
		tick("descriptions", r.Descriptions)
		tick("checked", r.Checked)
		unknown(r.Unknown, r.New)
	case s.Votes != nil:
		v := s.Votes
		for name, n := range map[string]int{"from-session": v.FromSession, "to-session": v.ToSession} {
			if n > 0 {
				set(name, strconv.Itoa(n))
			}
		}
		set("words", v.Words)
		set("body", v.Body)
		set("resolutions", strings.Join(v.Resolutions, "\n"))
		tick("whole-texts", v.WholeTexts)
		unknown(v.Unknown, v.New)
	}
}

// pairLines writes a table of words as lines "word = meaning".
func pairLines(m map[string]string) string {
	var lines []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		lines = append(lines, k+" = "+m[k])
	}
	return strings.Join(lines, "\n")
}

// pairs reads lines "word = meaning".
func (f *Form) pairs(name string) map[string]string {
	out := map[string]string{}
	for line := range strings.SplitSeq(f.Long(name, maxMapCell), "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		i := strings.LastIndex(line, "=")
		if i <= 0 || strings.TrimSpace(line[:i]) == "" {
			f.Fault(name, "pairs", "line", shortened(line, 60))
			continue
		}
		out[strings.TrimSpace(line[:i])] = strings.TrimSpace(line[i+1:])
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
