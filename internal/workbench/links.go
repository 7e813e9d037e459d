package workbench

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"entente"
	"entente/internal/store"
)

// KindLink is the kind of the findings of link checks: one record per source,
// with its history.
const KindLink = "links"

// LinkOptions bound a check of addresses. Nothing is assumed: start from
// [DefaultLinks].
type LinkOptions struct {
	// AllowLocal lets the check reach this machine and inner networks: for tests
	// and for archives within the house. Otherwise such addresses are refused,
	// also behind a name or a redirection.
	AllowLocal bool
	Timeout    time.Duration // for one request with its redirections
	Redirects  int
	Body       int64         // bytes read of an answer
	Workers    int           // hosts asked at the same time; one host is asked one address at a time
	Pause      time.Duration // between two requests to the same host
	Max        int           // addresses of one check
	// Progress is called after each address, never twice at once; it may be nil.
	// An error stops the check; what was found by then is kept.
	Progress func(done, total int) error
}

// DefaultLinks are bounds that ask politely.
func DefaultLinks() LinkOptions {
	return LinkOptions{Timeout: 20 * time.Second, Redirects: 5, Body: 64 << 10, Workers: 6, Pause: time.Second, Max: 10_000}
}

// LinkFinding is what a check found at a source's address. A dead link does not
// take the citation away: the copy that is kept here goes on supporting it.
type LinkFinding struct {
	Source  entente.SourceID `json:"source"`
	URL     string           `json:"url"`
	Outcome LinkOutcome      `json:"outcome"`
	Dead    bool             `json:"dead"`             // no page or no host: to be mended
	Status  int              `json:"status,omitempty"` // of HTTP; 0: no answer
	Final   string           `json:"final,omitempty"`  // where it ended, when elsewhere
	Why     string           `json:"why,omitempty"`
	Checked time.Time        `json:"checked"`
	// Alive is when it was last found alive; zero: never.
	Alive time.Time `json:"alive,omitzero"`
	// Copy is the SHA-256 of the copy that is kept here, empty when there is none.
	Copy string `json:"copy,omitempty"`
}

// CheckLinks asks the addresses of sources (none named: of all that are not
// retired) and keeps what it found. It returns the findings in the order of the
// sources; an error may come with the findings that were kept before it.
func (b *Bench) CheckLinks(ctx context.Context, u User, o LinkOptions, sources ...entente.SourceID) ([]LinkFinding, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	list, err := b.addresses(ctx, u, sources)
	if err != nil {
		return nil, err
	}
	if len(list) > o.Max {
		return nil, fault(entente.Invalid, "check links", "", "there are more addresses than one check asks", "name the sources")
	}
	done, stopped := probeAll(ctx, newProber(o), o, list)
	for i := range done {
		done[i].Checked = b.now().UTC().Truncate(time.Second)
	}
	if err := b.keepLinks(context.WithoutCancel(ctx), u, done); err != nil {
		return nil, err
	}
	return done, stopped
}

// addresses gives the sources that have an address.
func (b *Bench) addresses(ctx context.Context, u User, sources []entente.SourceID) ([]LinkFinding, error) {
	var out []LinkFinding
	put := func(v *store.Version) error {
		s, err := fromRow[entente.Source](v)
		if err == nil && s.URL != "" {
			out = append(out, LinkFinding{Source: s.ID, URL: s.URL})
		}
		return err
	}
	if len(sources) == 0 {
		err := b.eachSeen(ctx, u, store.Query{Kinds: []string{KindSource}, States: live}, put)
		return out, err
	}
	sources = slices.Clone(sources)
	slices.Sort(sources)
	for _, id := range slices.Compact(sources) {
		v, err := b.see(ctx, u, store.Key{Kind: KindSource, ID: string(id)})
		if err != nil {
			return nil, err
		}
		if err := put(v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// probeAll asks hosts side by side and the addresses of one host one after the
// other. It gives those that were asked, in their order.
func probeAll(ctx context.Context, p *prober, o LinkOptions, list []LinkFinding) ([]LinkFinding, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	byHost := map[string][]int{}
	for i := range list {
		h := hostOf(list[i].URL)
		byHost[h] = append(byHost[h], i)
	}
	queue := make(chan []int, len(byHost))
	for _, h := range sortedKeys(byHost) {
		queue <- byHost[h]
	}
	close(queue)
	asked := make([]bool, len(list))
	var mu sync.Mutex
	count := 0
	var wg sync.WaitGroup
	for range min(o.Workers, len(byHost)) {
		wg.Go(func() {
			for host := range queue {
				for n, i := range host {
					if n > 0 && wait(ctx, o.Pause) != nil || ctx.Err() != nil {
						return
					}
					a := p.probe(ctx, list[i].URL)
					if ctx.Err() != nil {
						return // stopped while asking: nothing is known
					}
					mu.Lock()
					list[i].put(a)
					asked[i] = true
					count++
					if o.Progress != nil {
						if err := o.Progress(count, len(list)); err != nil {
							cancel(err)
						}
					}
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	var out []LinkFinding
	for i := range list {
		if asked[i] {
			out = append(out, list[i])
		}
	}
	return out, context.Cause(ctx)
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

func (f *LinkFinding) put(a answer) {
	f.Outcome, f.Status, f.Why = a.outcome, a.status, a.why
	f.Dead = a.outcome == LinkDead
	if a.final != f.URL {
		f.Final = a.final
	}
}

// keepLinks writes findings as records, and fills in what is known from before.
func (b *Bench) keepLinks(ctx context.Context, u User, list []LinkFinding) error {
	if len(list) == 0 {
		return nil
	}
	var changes []store.Change
	for i := range list {
		f := &list[i]
		old, _, err := get[LinkFinding](ctx, b, KindLink, string(f.Source))
		switch {
		case err == nil:
			if old.URL == f.URL {
				f.Alive = old.Alive
			}
		case entente.KindOf(err) != entente.NotFound:
			return err
		}
		if f.Outcome == LinkAlive || f.Outcome == LinkMoved {
			f.Alive = f.Checked
		}
		if f.Copy, err = b.copyOf(ctx, f.Source); err != nil {
			return err
		}
		// Two checks at once may both be kept.
		c, err := change(KindLink, string(f.Source), store.Any, f, store.Facets{Source: string(f.Source)})
		if err != nil {
			return err
		}
		changes = append(changes, c)
	}
	_, err := b.save(ctx, u, "link check", changes...)
	return err
}

// copyOf gives the hash of a copy of a source that the store keeps, "" when it
// keeps none.
func (b *Bench) copyOf(ctx context.Context, source entente.SourceID) (string, error) {
	list, err := b.Store.List(ctx, store.Query{Kinds: []string{KindDocument}, States: live, Facets: store.Facets{Source: string(source)}, Limit: 1})
	if err != nil || len(list) == 0 {
		return "", err
	}
	d, err := decode[Document](&list[0])
	if err != nil {
		return "", err
	}
	return d.Original, nil
}

// Links lists what the last checks found, by source; dead ones only on request.
func (b *Bench) Links(ctx context.Context, dead bool) ([]LinkFinding, error) {
	out := []LinkFinding{}
	err := b.each(ctx, store.Query{Kinds: []string{KindLink}, States: live}, func(v *store.Version) error {
		f, err := decode[LinkFinding](v)
		if err == nil && (!dead || f.Dead) {
			out = append(out, *f)
		}
		return err
	})
	return out, err
}
