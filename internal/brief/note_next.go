package brief

import (
	"fmt"
	"strings"

	"entente/internal/document"
	"entente/internal/view"
)

// next tells the top suggestions with their reasons and weakest assumptions.
func (w *writer) next() section {
	s := section{title: "Next"}
	v := w.v
	for i := range v.Suggestions {
		if i == w.limits.next {
			s.row("Further", fmt.Sprintf("%d more in the body of evidence.", len(v.Suggestions)-i), w.counted())
			break
		}
		x := &v.Suggestions[i]
		label, reasons := "", ""
		if len(x.Reasons) > 0 {
			label = " Reasons:"
			reasons = " " + sentence(strings.TrimRight(strings.Join(x.Reasons[:min(len(x.Reasons), w.limits.reasons)], "; "), "."))
		}
		s.row(fmt.Sprintf("%d. %s", i+1, w.namesOf(x.Actors)), sentence(x.Text), document.I(label), reasons, document.I(" Weakest assumption:"), " "+sentence(x.WeakestAssumption), w.cited(x.Evidence, x.Rule))
	}
	w.before(&s)
	return s
}

// before tells what was suggested before and what became of it.
func (w *writer) before(s *section) {
	for i := range w.v.Records {
		r := &w.v.Records[i]
		if i == w.limits.before {
			s.row("", fmt.Sprintf("%d more suggested before in the body of evidence.", len(w.v.Records)-i), w.counted())
			return
		}
		refs := []ref{{"", "suggested", r.Source, r.Pinpoint, ""}}
		if r.Proof != "" {
			refs = append(refs, ref{"", say(statuses, r.Status), r.Proof, r.ProofPin, ""})
		}
		s.row("Before", "Suggested ("+day(r.Date)+"): "+sentence(r.Text)+" Now: "+w.became(r)+".", w.notes.note(refs, "", 0))
	}
}

func (w *writer) became(r *view.SuggestionLog) string {
	s := say(statuses, r.Status)
	if r.StatusDate != "" {
		s += ", " + day(r.StatusDate)
	}
	return s
}

// cited is the footnote of a suggestion; without evidence it names the rule.
func (w *writer) cited(list []view.Cited, rule string) document.Inline {
	var refs []ref
	for i, e := range list {
		if i < 2 {
			refs = append(refs, ref{"", "", e.Source, e.Pinpoint, e.Level})
		}
	}
	if len(refs) == 0 {
		return w.notes.plain("Made by the rule ", document.Code(rule), " from the tables of the ", document.A("#evidence", strings.ToLower(EvidenceHeading)), ".")
	}
	return w.notes.note(refs, "", 0)
}
