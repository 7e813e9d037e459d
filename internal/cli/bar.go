package cli

import (
	"fmt"
	"strings"
	"time"
)

// bar draws how far long work has come, on one line of a terminal. On anything
// else it is silent.
type bar struct {
	*progress
	unit  string
	start time.Time
	last  time.Time
}

func newBar(app *App, unit string) *bar {
	return &bar{progress: newProgress(app), unit: unit, start: time.Now()}
}

// show draws done of total, at most ten times a second. It never errs: its form
// is that of the work's own callback.
func (b *bar) show(done, total int64) error {
	if !b.on || time.Since(b.last) < 100*time.Millisecond {
		return nil
	}
	b.last = time.Now()
	part := 1.0
	if total > 0 {
		part = min(1, float64(done)/float64(total))
	}
	full := int(part * barWidth)
	fmt.Fprintf(b.app.Stderr, "\r\x1b[K[%s%s] %d of %d %s, %.0f s", strings.Repeat("=", full), strings.Repeat(" ", barWidth-full), done, total, b.unit, time.Since(b.start).Seconds())
	return nil
}

// clear takes the line away.
func (b *bar) clear() {
	if b.on {
		fmt.Fprint(b.app.Stderr, "\r\x1b[K")
	}
}
