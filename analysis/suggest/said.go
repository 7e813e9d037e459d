package suggest

import (
	"fmt"

	"entente"
	"entente/analysis/compare"
)

// The rules on what was said.

func clarify(f *finder) []Suggestion {
	var out []Suggestion
	for i := range f.r.Rows {
		row := &f.r.Rows[i]
		reserved, named := 0, 0
		for j := range row.Positions {
			if row.Positions[j].Stance == entente.Reserved {
				reserved++
			}
			named += len(row.Positions[j].Named)
		}
		s := Suggestion{
			Text:   fmt.Sprintf("%s could clarify between them: %s", f.names(f.actors()), quote(row.Proposition)),
			Actors: f.actors(),
		}
		split := row.Outcome == compare.Differ || row.Outcome == compare.Split
		switch {
		case row.Contested && split:
			s.Reasons = append(s.Reasons, "the records of at least one side conflict")
			s.Assumption = "that the conflict lies in the texts and not in their coding"
		case split:
			s.Reasons = append(s.Reasons, "they stand on different sides")
			s.Assumption = "that both texts speak of the same case"
		case reserved > 1:
			s.Reasons = append(s.Reasons, "more than one says that it has not decided")
			s.Assumption = "that none has decided since without publishing it"
		case named > 0:
			s.Assumption = "that the question is still open where a source named it so"
		default:
			continue
		}
		for j := range row.Positions {
			s.Evidence = append(s.Evidence, f.cite(&row.Positions[j])...)
			for _, n := range row.Positions[j].Named {
				s.Evidence = append(s.Evidence, Cited{
					What: "named as open for " + f.name(row.Positions[j].Actor) + ": " + n.Note, Actor: row.Positions[j].Actor, Source: n.Source, Date: n.Date, Level: f.c.CoverageLevel(n),
				})
			}
		}
		if named > 0 {
			s.Reasons = append(s.Reasons, "a source names the question as open")
		}
		if reserved == 1 {
			s.Reasons = append(s.Reasons, "one of them says that it has not decided")
		}
		out = append(out, s)
	}
	return out
}

func publish(f *finder) []Suggestion {
	var out []Suggestion
	silent := f.oneSilent("")
	for _, pillar := range entente.Pillars {
		for _, a := range f.actors() {
			var rows []*compare.Row
			for _, row := range silent[a] {
				if row.Proposition.Pillar == pillar {
					rows = append(rows, row)
				}
			}
			if len(rows) == 0 {
				continue
			}
			s := Suggestion{
				Text: fmt.Sprintf("%s could publish a view on %d %s of the pillar %s on which another of the actors has spoken: %s",
					f.name(a), len(rows), plural(len(rows), "question", "questions"), pillar, issues(rows)),
				Actors:  []entente.ActorID{a},
				Reasons: []string{"a view of another actor is on record and none of " + f.name(a)},
			}
			for _, row := range rows {
				for j := range row.Positions {
					s.Evidence = append(s.Evidence, f.cite(&row.Positions[j])...)
				}
			}
			n := unread(rows, a)
			switch {
			case n == len(rows):
				s.Assumption = fmt.Sprintf("that %s has published nothing on them: nobody has read for it yet", f.name(a))
			case n > 0:
				s.Assumption = fmt.Sprintf("that %s has published nothing on them: for %d of %d nobody has read for it yet", f.name(a), n, len(rows))
			default:
				s.Assumption = "that what was read is all that " + f.name(a) + " has published"
			}
			out = append(out, s)
		}
	}
	return out
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// issues lists the questions by issue, each once.
func issues(rows []*compare.Row) string {
	var words []string
	for _, row := range rows {
		w := row.Proposition.Issue + " (" + string(row.Proposition.ID) + ")"
		if !contains(words, w) {
			words = append(words, w)
		}
	}
	return and(words)
}

func shareAssessments(f *finder) []Suggestion {
	if len(f.r.Actors) != 2 {
		return nil
	}
	var formats []compare.Act
	for _, a := range f.r.Acts {
		if a.Kind == "bilateral" {
			formats = append(formats, a)
		}
	}
	silent := f.oneSilent(entente.Law)
	if len(formats) == 0 || len(silent) == 0 {
		return nil
	}
	s := Suggestion{
		Text:    fmt.Sprintf("%s could use %s to share domestic views and legal assessments", f.names(f.actors()), formats[0].Title),
		Actors:  f.actors(),
		Reasons: []string{fmt.Sprintf("%d bilateral %s on record", len(formats), plural(len(formats), "format is", "formats are"))},
	}
	for _, a := range f.actors() {
		if rows := silent[a]; len(rows) > 0 {
			s.Reasons = append(s.Reasons, fmt.Sprintf("on %d %s of law the other has spoken and %s has not: %s", len(rows), plural(len(rows), "question", "questions"), f.name(a), issues(rows)))
		}
	}
	for _, a := range formats {
		s.Evidence = append(s.Evidence, f.citeParts(a.Parts, a.Title)...)
	}
	s.Assumption = "that the format is still in use and takes up legal questions"
	return []Suggestion{s}
}

func stateOpenly(f *finder) []Suggestion {
	byActor := map[entente.ActorID][]*compare.Row{}
	for i := range f.r.Rows {
		row := &f.r.Rows[i]
		if row.Outcome != compare.Agree && row.Outcome != compare.AgreeInPart {
			continue
		}
		for j := range row.Positions {
			if row.Positions[j].Basis == entente.Implied {
				byActor[row.Positions[j].Actor] = append(byActor[row.Positions[j].Actor], row)
			}
		}
	}
	var out []Suggestion
	for _, a := range f.actors() {
		rows := byActor[a]
		if len(rows) == 0 {
			continue
		}
		s := Suggestion{
			Text: fmt.Sprintf("%s could state openly what so far follows only from its acts, on %d %s: %s",
				f.name(a), len(rows), plural(len(rows), "question", "questions"), issues(rows)),
			Actors:     []entente.ActorID{a},
			Reasons:    []string{"all of the actors stand on the same side", "for " + f.name(a) + " this follows from acts alone"},
			Assumption: "that the acts were meant as the implications of the corpus read them",
		}
		for _, row := range rows {
			for j := range row.Positions {
				s.Evidence = append(s.Evidence, f.cite(&row.Positions[j])...)
			}
		}
		out = append(out, s)
	}
	return out
}

func commonPosition(f *finder) []Suggestion {
	var out []Suggestion
	for _, a := range f.r.Actors {
		if a.Kind != entente.Bloc {
			continue
		}
		br, err := compare.Bloc(f.c, a.ID, "", f.r.Options)
		if err != nil {
			continue // no members on record: nothing to suggest
		}
		for i := range br.Rows {
			row := &br.Rows[i]
			spoke := len(row.For) + len(row.Against)
			if row.Verdict != compare.WithinView && row.Verdict != compare.CommonNow || row.Bloc.Taken() || spoke < 2 {
				continue
			}
			s := Suggestion{
				Text:    fmt.Sprintf("%s could take a common position on %s", a.Name, quote(row.Proposition)),
				Actors:  []entente.ActorID{a.ID},
				Reasons: []string{fmt.Sprintf("%d of %d members have taken the same side and none the other", spoke, len(br.Members))},
			}
			for _, list := range [][]entente.Position{row.For, row.Against} {
				for j := range list {
					s.Evidence = append(s.Evidence, f.cite(&list[j])...)
				}
			}
			s.Assumption = fmt.Sprintf("that the %d members without a view on record do not object", len(row.Silent))
			out = append(out, s)
		}
	}
	return out
}
