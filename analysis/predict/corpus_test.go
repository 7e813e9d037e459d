package predict_test

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"entente"
	"entente/analysis/predict"
	"entente/corpora"
	"entente/internal/datapackage"
	"entente/internal/testskip"
)

// theCorpus reads the default corpus once; a corpus is immutable.
var theCorpus = sync.OnceValues(func() (*entente.Corpus, error) { return datapackage.Read(corpora.CyberNorms()) })

func cyberNorms(t testing.TB) *entente.Corpus {
	t.Helper()
	c, err := theCorpus()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// published reads the published ideal points of one session (Bailey, Strezhnev
// and Voeten, release of June 2024).
func published(t testing.TB, session int) map[entente.ActorID]float64 {
	t.Helper()
	f, err := os.Open(filepath.Join(testskip.Shared(t), "data", "idealpoints-bsv-2024-06.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[entente.ActorID]float64{}
	for _, r := range rows[1:] {
		if r[3] == fmt.Sprint(session) {
			v, err := strconv.ParseFloat(r[5], 64)
			if err != nil {
				t.Fatal(err)
			}
			out[entente.ActorID(strings.ToLower(r[1]))] = v
		}
	}
	return out
}

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
