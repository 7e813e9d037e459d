package trial_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
)

// post adds objects as a partner. Each version that the server calls a success is
// acknowledged; what could not be sent is sent again, as a client does.
func (r *reader) post(ctx context.Context, o *oracle, m *maker) {
	var again []*thing
	for ctx.Err() == nil {
		list := again
		if list == nil {
			list = m.next(1 + m.rnd.IntN(8))
			o.sent(list)
		}
		again = list
		if s, err := r.postOnce(ctx, list); err == nil {
			again = nil
			for _, d := range s.Successes {
				o.acknowledged(keyFrom(d.ID, d.Version))
			}
			for _, d := range s.Failures {
				r.t.Errorf("%s: %s %s was refused: %s", r.name, d.ID, d.Version, d.Message)
			}
		}
		nap(ctx, 30*time.Millisecond)
	}
}

func (r *reader) postOnce(ctx context.Context, list []*thing) (*taxii.Status, error) {
	res, err := r.request(ctx, http.MethodPost, "collections/"+r.place+"/objects/", nil, strings.NewReader(envelope(list)))
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusAccepted {
		return nil, fmt.Errorf("status %d: %.300s", res.StatusCode, text)
	}
	var s taxii.Status
	return &s, json.Unmarshal(text, &s)
}

func envelope(list []*thing) string {
	raws := make([]string, len(list))
	for i, x := range list {
		raws[i] = x.raw
	}
	return `{"objects":[` + strings.Join(raws, ",") + `]}`
}

func nap(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d/2 + rand.N(d)):
	}
}

// share hands objects in as an operator does, with a program for each few. What
// has ended well is acknowledged. The program is killed now and then.
func (s *site) share(ctx context.Context, o *oracle, m *maker, killed *atomic.Int64, outage bool) {
	for i := 0; ctx.Err() == nil; i++ {
		list := m.next(1 + m.rnd.IntN(3))
		o.sent(list)
		path := filepath.Join(s.dir, fmt.Sprintf("share-%s-%d.json", m.name, i))
		text := fmt.Sprintf(`{"type":"bundle","id":"bundle--%08x-0000-4000-8000-000000000000",%s`, i, envelope(list)[1:])
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			s.w.t.Error(err)
			return
		}
		run, end := context.WithCancel(ctx)
		if m.rnd.IntN(4) == 0 { // a kill, by the context
			at := time.Duration(m.rnd.IntN(300)) * time.Millisecond
			time.AfterFunc(at, end)
		}
		out, err := s.w.try(run, program(s.w.t), "share", "--file", path, "--level", strings.ToLower(handling.Clear.String()), "--collection", "own", "--node", s.dir)
		switch {
		case err == nil:
			for _, x := range list {
				o.acknowledged(x.key)
			}
		case run.Err() != nil:
			killed.Add(1)
		case strings.Contains(out, "nothing was done"): // somebody else has changed what was planned on
		default:
			if !outage {
				s.w.t.Errorf("share: %v\n%s", err, out)
			}
		}
		end()
		_ = os.Remove(path)
		nap(ctx, 50*time.Millisecond)
	}
}

// put prepares the helper that lays objects into the node's own collection.
func (s *site) put(o *oracle, seed uint64) *proc {
	p := s.w.process(s.name+"-put", os.Args[0], "-node", s.dir, "-collection", colOwn, "-creator", string(s.identity()), "-seed", fmt.Sprint(seed))
	p.env = []string{envRole + "=put"}
	p.line = func(line string) {
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "sent":
			level, raw, _ := strings.Cut(rest, " ")
			n, err := strconv.Atoi(level)
			x, faults := stix.Parse([]byte(raw), stix.DefaultLimits)
			if err != nil || len(faults) > 0 {
				return // cut off by a kill
			}
			o.sent([]*thing{{key: keyOf(x), raw: raw, level: handling.TLP(n), place: colOwn}})
		case "kept":
			o.acknowledged(rest)
		}
	}
	return p
}

// anew gives a writer that is started again other objects to make: none is known
// twice.
func anew(p *proc, rnd *rand.Rand) {
	if i := len(p.args) - 1; p.args[i-1] == "-seed" {
		p.args[i] = fmt.Sprint(rnd.Uint64())
	}
}
