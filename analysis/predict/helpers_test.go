package predict_test

import (
	"fmt"
	"strings"

	"entente"
	"entente/analysis/predict"
)

// hidden lists every member state's cell of some instruments.
func hidden(c *entente.Corpus, items ...predict.ItemID) []predict.Cell {
	var out []predict.Cell
	for _, it := range items {
		for i := range c.Actors {
			if a := &c.Actors[i]; a.Kind == entente.State && a.UNStatus == "member" {
				out = append(out, predict.Cell{Actor: a.ID, Item: it})
			}
		}
	}
	return out
}

func table(v *predict.Validation) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-24s %5s %8s %8s %8s  %s\n", "method", "n", "log", "brier", "accuracy", "model ahead by (log, se; brier, se)")
	for _, m := range v.Methods {
		fmt.Fprintf(&b, "%-24s %5d %8.4f %8.4f %8.4f  %+.4f (%.4f) %+.4f (%.4f)\n", m.Name, m.N, m.Log, m.Brier, m.Accuracy, m.Ahead, m.SE, m.AheadBrier, m.SEBrier)
	}
	fmt.Fprintf(&b, "enough: n %d log %.4f brier %.4f acc %.4f; thin: n %d log %.4f brier %.4f acc %.4f; unknown %d; rhat %.3f\n",
		v.Enough.N, v.Enough.Log, v.Enough.Brier, v.Enough.Accuracy, v.Thin.N, v.Thin.Log, v.Thin.Brier, v.Thin.Accuracy, v.Unknown, v.RHat)
	for _, x := range v.Calibration {
		fmt.Fprintf(&b, "  %.1f-%.1f n %4d predicted %.3f observed %.3f\n", x.Lo, x.Hi, x.N, x.Predicted, x.Observed)
	}
	if len(v.ByItem) < 10 {
		for _, is := range v.ByItem {
			fmt.Fprintf(&b, "  %-12s", is.Item)
			for _, s := range is.Scores {
				fmt.Fprintf(&b, " | log %.4f brier %.4f acc %.3f", s.Log, s.Brier, s.Accuracy)
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}
