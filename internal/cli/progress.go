package cli

import (
	"fmt"
	"math"
	"os"
	"strings"

	"golang.org/x/term"

	"entente/analysis/idealpoint"
)

// progress draws one line on a terminal while a scaling runs. On anything else
// it is silent.
type progress struct {
	app   *App
	on    bool
	first float64 // largest move of the first sweep
	most  float64 // share drawn: a bar never goes back
}

// newProgress looks at standard error itself: that is where the line goes, also
// when standard output is a pipe.
func newProgress(app *App) *progress {
	f, ok := app.Stderr.(*os.File)
	return &progress{app: app, on: ok && term.IsTerminal(int(f.Fd())) && app.Getenv("TERM") != "dumb"}
}

const barWidth = 24

// sweep draws how far the largest move has come down, on a scale of its
// logarithm, from the first sweep to the tolerance.
func (p *progress) sweep(n int, delta float64) {
	if !p.on {
		return
	}
	if p.first == 0 {
		p.first = delta
	}
	p.most = max(p.most, share(p.first, delta))
	what := fmt.Sprintf("sweep %d, largest move %.2g", n, delta)
	if delta < idealpoint.DefaultTol {
		what = fmt.Sprintf("%d sweeps; now the intervals", n)
	}
	full := int(p.most * barWidth)
	fmt.Fprintf(p.app.Stderr, "\r\x1b[K[%s%s] %s", strings.Repeat("=", full), strings.Repeat(" ", barWidth-full), what)
}

// share of the way from the first move to the tolerance, between 0 and 1.
func share(first, delta float64) float64 {
	switch {
	case delta <= idealpoint.DefaultTol:
		return 1
	case !(first > idealpoint.DefaultTol):
		return 0
	}
	return max(0, math.Log(first/delta)/math.Log(first/idealpoint.DefaultTol))
}

// end takes the line away.
func (p *progress) end() {
	if p.on {
		fmt.Fprint(p.app.Stderr, "\r\x1b[K")
	}
}
