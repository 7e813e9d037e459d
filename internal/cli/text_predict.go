package cli

import (
	"fmt"
	"strings"

	"entente/analysis/predict"
	"entente/internal/view"
)

// predictText writes what was said in one column and the prediction in another.
func predictText(p *printer, v *view.Predict) {
	p.flow(0, 0, plain(v.Question.Title))
	p.flow(0, 0, quiet(settingsLine(v.Head)))
	p.flow(0, 0, quiet(modelLine(&v.Model)))
	p.flow(0, 0, quiet(fmt.Sprintf("Predictions, not positions. In brackets: probability, then the interval that holds %.0f%% of the posterior. Not enough to say: fewer than %d answers on the question or on the last vote of its line, fewer than %d of these from states like it, nothing known of it, or an interval wider than %.2f. Who speaks does not speak by chance: the figures hold for states like those who have.",
		100*v.Rule.Interval, v.Rule.MinAnswers, v.Rule.MinAlike, v.Rule.MaxWidth)))
	if !v.Model.Converged {
		p.flow(0, 0, strong(fmt.Sprintf("The fit is not at rest (R-hat %.2f at %s): take the figures with care.", v.Model.RHat, v.Model.Worst)))
	}
	sides := view.PredictSides[predict.Kind(v.Question.Kind)]
	var known []string
	for _, s := range []int{2, 1, 0} {
		if sides[s] != "" {
			known = append(known, fmt.Sprintf("%s %d", sides[s], v.Question.Answers[sides[s]]))
		}
	}
	p.flow(0, 0, plain("On record: "+strings.Join(known, ", ")+". Silent states: "+of(v.Counts.Silent, v.Counts.States)+"; enough to say for "+of(v.Counts.Enough, v.Counts.Silent)+"."))
	if len(v.Rows) == 0 {
		p.blank()
		p.flow(0, 0, plain("No state is silent here that had the chance to speak (--all lists those that have spoken)."))
		return
	}
	groups := []struct{ key, title string }{{"affirm", "Would rather " + sides[2]}, {"reserve", "Would rather " + sides[1]}, {"reject", "Would rather " + sides[0]}, {"", "Not enough to say"}}
	for _, g := range groups {
		var rows []*view.PredictRow
		for i := range v.Rows {
			r := &v.Rows[i]
			if r.Enough && r.Likely == g.key || !r.Enough && g.key == "" {
				rows = append(rows, r)
			}
		}
		if len(rows) == 0 {
			continue
		}
		p.section(g.title, quiet(" – "+itoa(len(rows))))
		for _, r := range rows {
			predictRowText(p, v, r)
		}
	}
}

func predictRowText(p *printer, v *view.Predict, r *view.PredictRow) {
	c := map[string]view.PredictChance{"affirm": r.Affirm, "reserve": r.Reserve, "reject": r.Reject}[r.Likely]
	spans := []span{strong(r.Actor.Name)}
	if v.All {
		said := "silent"
		if r.Stance != nil {
			said = wordOr(stanceWords, *r.Stance) + " (" + r.Basis + ")"
		}
		spans = append(spans, plain(" – on record: "+said))
	}
	spans = append(spans, plain(fmt.Sprintf(" – %s (%.2f, %.2f–%.2f)", r.Words, c.P, c.Lo, c.Hi)))
	p.flow(2, 4, spans...)
	var reasons []string
	for _, x := range r.Reasons[:min(3, len(r.Reasons))] {
		way := "raises"
		if x.Pull < 0 {
			way = "lowers"
		}
		reasons = append(reasons, x.Words+" ("+way+")")
	}
	if r.Enough && len(reasons) > 0 {
		p.flow(4, 6, quiet(strings.Join(reasons, "; ")))
	}
}

func modelLine(m *view.PredictModel) string {
	ideal := "without general ideal points"
	if m.Ideal > 0 {
		ideal = fmt.Sprintf("general ideal points of %d states to session %d", m.Ideal, m.Session)
	}
	return fmt.Sprintf("Fitted to %d answers of %d actors on %d items, %s; %d chains of %d sweeps, seed %d, R-hat %.3f.", m.Answers, m.Actors, m.Items, ideal, m.Chains, m.Sweeps, m.Seed, m.RHat)
}

// predictCheckText writes the scores, the verdict and the calibration.
func predictCheckText(p *printer, v *view.PredictCheck) {
	p.flow(0, 0, quiet(settingsLine(v.Head)))
	p.flow(0, 0, quiet(fmt.Sprintf("Scored: %d hidden answers. Asked for without an answer on record: %d. General ideal points to session %d. Worst R-hat of the fits: %.3f.", v.Cells, v.Unknown, v.Session, v.RHat)))
	if !v.Converged {
		p.flow(0, 0, strong("A fit is not at rest (R-hat above 1.1): take the figures with care."))
	}
	p.section("Scores", quiet(" – log score: higher is better; Brier: lower is better; model ahead: per answer, with standard error"))
	rows := [][]string{{"method", "n", "log score", "Brier", "accuracy", "model ahead, log", "model ahead, Brier"}}
	for _, m := range v.Methods {
		row := []string{m.Name, itoa(m.N), fmt.Sprintf("%.4f", m.Log), fmt.Sprintf("%.4f", m.Brier), fmt.Sprintf("%.4f", m.Accuracy), "", ""}
		if m.Name != predict.ByModel {
			row[5], row[6] = fmt.Sprintf("%+.4f (%.4f)", m.AheadLog, m.SELog), fmt.Sprintf("%+.4f (%.4f)", m.AheadBrier, m.SEBrier)
		}
		rows = append(rows, row)
	}
	p.grid(2, []bool{false, true, true, true, true, true, true}, rows)
	p.blank()
	for _, w := range v.Verdict {
		p.flow(2, 4, plain("The model "+w+"."))
	}
	if len(v.ByItem) <= 12 {
		p.section("By item", quiet(" – log score / Brier / accuracy"))
		rows = [][]string{{"item", "n"}}
		for _, m := range v.Methods {
			rows[0] = append(rows[0], m.Name)
		}
		for _, is := range v.ByItem {
			row := []string{is.Item, itoa(is.Scores[0].N)}
			for _, s := range is.Scores {
				row = append(row, fmt.Sprintf("%.3f/%.3f/%.3f", s.Log, s.Brier, s.Accuracy))
			}
			rows = append(rows, row)
		}
		p.grid(2, []bool{false, true, true, true, true, true, true}, rows)
	}
	p.section("Calibration of the model", quiet(" – each answer counts for all three sides"))
	rows = [][]string{{"probability", "n", "mean predicted", "came"}}
	for _, b := range v.Calibration {
		row := []string{fmt.Sprintf("%.1f to %.1f", b.Lo, b.Hi), itoa(b.N), "–", "–"}
		if b.Predicted != nil {
			row[2], row[3] = fmt.Sprintf("%.3f", *b.Predicted), fmt.Sprintf("%.3f", *b.Observed)
		}
		rows = append(rows, row)
	}
	p.grid(2, []bool{false, true, true, true}, rows)
	p.section("Where there was enough to say, and where not")
	for _, s := range []struct {
		name string
		s    *view.PredictScore
	}{{"enough", v.EnoughToSay}, {"not enough", v.NotEnough}} {
		if s.s != nil {
			p.flow(2, 4, plain(fmt.Sprintf("%s: n %d, log score %.4f, Brier %.4f, accuracy %.4f", s.name, s.s.N, s.s.Log, s.s.Brier, s.s.Accuracy)))
		}
	}
}
