package client

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Wait says that a server asks to be left alone for longer than the client waits
// by itself. It is in the tree of an error of kind Unavailable.
type Wait struct {
	Until time.Time
}

// Error says until when.
func (w *Wait) Error() string {
	return fmt.Sprintf("it asks to wait until %s", w.Until.UTC().Format(time.RFC3339))
}

const (
	firstWait = 500 * time.Millisecond
	// longestWait bounds what is believed of a Retry-After.
	longestWait = 7 * 24 * time.Hour
)

// backOff is how long to wait after a failed try: twice as long each time, spread
// so that many clients do not come back at once.
func (c *Client) backOff(try int) time.Duration {
	d := float64(firstWait) * math.Pow(2, float64(min(try, 30)-1)) * (0.5 + c.o.Random())
	return min(time.Duration(d), c.o.MaxWait)
}

// retryAfter reads how long a server asks to wait: seconds, or a moment by its
// own clock.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0
	}
	if s, err := strconv.ParseFloat(v, 64); err == nil {
		if !(s > 0) { // not a number, too
			return 0
		}
		return time.Duration(min(s, longestWait.Seconds()) * float64(time.Second))
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return min(max(at.Sub(now), 0), longestWait)
}

// Sleep waits, or errs when ctx ends first.
func Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
