package taxiitest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"entente/internal/exchange/taxii"
)

// togetherChecks are what holds while several write and read at the same time,
// over all processes of the target.
func togetherChecks() []check {
	return []check{
		{"O1 pollers lose and double nothing while several add", func(k *kit) { polled(k, 4, 25) }},
		{"O1 the same object from several at once is there once", racing},
		{"O1 dates are unique and rising over several adders", func(k *kit) {
			var wg sync.WaitGroup
			lists := make([][]thing, 6)
			for i := range lists {
				lists[i] = k.things("campaign", 30)
			}
			errs := make([]error, len(lists))
			for i, list := range lists {
				wg.Go(func() {
					for part := range slices.Chunk(list, 7) {
						if _, err := k.send(i, part); err != nil {
							errs[i] = err
						}
					}
				})
			}
			wg.Wait()
			for _, err := range errs {
				if err != nil {
					k.Fatal(err)
				}
			}
			last, n := "", 0
			for _, p := range k.walkNext(k.at("manifest/"), "", 50) {
				for _, i := range p.items(k) {
					if i.DateAdded <= last {
						k.Fatalf("%s follows %s", i.DateAdded, last)
					}
					last = i.DateAdded
					n++
				}
			}
			if n != 180 {
				k.Fatalf("%d of 180 objects", n)
			}
		}},
		{"random requests are answered as the plain backend does", func(k *kit) { compared(k, 1, 80, false) }},
		{"random requests and removals are answered as the plain backend does", func(k *kit) { compared(k, 2, 80, true) }},
	}
}

// send adds objects through one of the processes. It may be called from several
// goroutines.
func (k *kit) send(process int, list []thing) (taxii.Status, error) {
	raws := make([]string, len(list))
	for i, o := range list {
		raws[i] = o.raw()
	}
	got, err := k.try(ask{
		method: http.MethodPost, path: k.at("objects/"), who: k.Both,
		body: strings.NewReader(envelope(raws...)), server: process % (len(k.Also) + 1),
	})
	var st taxii.Status
	switch {
	case err != nil:
		return st, err
	case got.status != http.StatusAccepted:
		return st, fmt.Errorf("%d objects: status %d: %.300s", len(list), got.status, got.body)
	}
	if err := json.Unmarshal(got.body, &st); err != nil {
		return st, err
	}
	if st.FailureCount > 0 {
		return st, fmt.Errorf("%d objects: %.500s", len(list), got.body)
	}
	return st, nil
}

// poller reads a collection again and again, in one of the two ways.
type poller struct {
	process int
	newest  bool // asks for the newest versions only, not for all
	path    string
	byNext  bool
	limit   int
	after   string
	last    string // stamp of the last record
	keys    []string
}

// poll reads what is new.
func (p *poller) poll(k *kit) error {
	next := ""
	for {
		q := with("limit", strconv.Itoa(p.limit))
		if !p.newest {
			q = join(q, with("match[version]", "all"))
		}
		if p.after != "" {
			q = join(q, with("added_after", p.after))
		}
		if next != "" {
			q = join(q, with("next", next))
		}
		got, err := k.try(ask{method: http.MethodGet, path: k.at(p.path), query: q, who: k.Reader, server: p.process % (len(k.Also) + 1)})
		if err != nil {
			return err
		}
		var page page
		if err := json.Unmarshal(got.body, &page); err != nil || got.status != http.StatusOK {
			return fmt.Errorf("status %d: %.300s (%w)", got.status, got.body, err)
		}
		for _, raw := range page.Objects {
			var i item
			if err := json.Unmarshal(raw, &i); err != nil {
				return err
			}
			p.keys = append(p.keys, i.key())
		}
		if first := got.header.Get("X-TAXII-Date-Added-First"); first != "" {
			if first <= p.last {
				return fmt.Errorf("a page begins at %s after one that ended at %s", first, p.last)
			}
			p.last = got.header.Get("X-TAXII-Date-Added-Last")
		}
		switch {
		case !page.More:
			p.after = max(p.after, p.last)
			return nil
		case p.byNext && page.Next != nil:
			next = *page.Next
		default:
			p.after = p.last
		}
	}
}

// polled lets pollers of all sorts read while adders add.
func polled(k *kit, adders, rounds int) {
	k.place()
	pollers := []*poller{
		{path: "objects/", limit: 7, byNext: true},
		{path: "objects/", limit: 7},
		{path: "manifest/", limit: 5, byNext: true},
		{path: "manifest/", limit: 1000},
		{path: "objects/", limit: 1},
		{path: "objects/", limit: 4, newest: true, byNext: true},
		{path: "objects/", limit: 9, newest: true},
	}
	for i := range pollers {
		pollers[i].process = i
	}
	sent := make([][]string, adders)
	errs := make([]error, adders+len(pollers))
	over := make(chan struct{})
	var add, read sync.WaitGroup
	for a := range adders {
		list := k.things("campaign", rounds*3)
		rnd := rand.New(rand.NewPCG(7, uint64(a)))
		add.Go(func() {
			for len(list) > 0 && errs[a] == nil {
				n := min(1+rnd.IntN(9), len(list))
				part := list[:n]
				list = list[n:]
				if rnd.IntN(3) == 0 {
					part = append(slices.Clone(part), part[0].newer(1+rnd.IntN(50)))
				}
				_, errs[a] = k.send(a, part)
				sent[a] = append(sent[a], keysOf(part)...)
			}
		})
	}
	for i, p := range pollers {
		read.Go(func() {
			for errs[adders+i] == nil {
				select {
				case <-over:
					errs[adders+i] = p.poll(k)
					return
				default:
					errs[adders+i] = p.poll(k)
					time.Sleep(time.Millisecond)
				}
			}
		})
	}
	add.Wait()
	close(over)
	read.Wait()
	for _, err := range errs {
		if err != nil {
			k.Fatal(err)
		}
	}
	all := slices.Sorted(slices.Values(slices.Concat(sent...)))
	for i, p := range pollers {
		want := all
		got := slices.Sorted(slices.Values(p.keys))
		if p.newest { // it may see others too, while they are the newest
			got, want = newestOf(got), newestOf(want)
		}
		if slices.Compare(got, want) != 0 {
			k.Fatalf("poller %d has %d versions (%d different), %d were added", i, len(got), len(slices.Compact(slices.Clone(got))), len(want))
		}
	}
}

// newestOf keeps of sorted keys the last of each object.
func newestOf(keys []string) []string {
	var out []string
	for i, key := range keys {
		id, _, _ := strings.Cut(key, " ")
		if i+1 == len(keys) || !strings.HasPrefix(keys[i+1], id+" ") {
			out = append(out, key)
		}
	}
	return out
}

// racing adds the same objects from several sides.
func racing(k *kit) {
	k.place()
	list := k.things("campaign", 40)
	errs := make([]error, 6)
	var wg sync.WaitGroup
	for i := range errs {
		mine := slices.Clone(list)
		rnd := rand.New(rand.NewPCG(9, uint64(i)))
		rnd.Shuffle(len(mine), func(a, b int) { mine[a], mine[b] = mine[b], mine[a] })
		wg.Go(func() {
			for part := range slices.Chunk(mine, 8) {
				st, err := k.send(i, part)
				if err == nil && st.SuccessCount != len(part) {
					err = fmt.Errorf("%+v", st)
				}
				if err != nil {
					errs[i] = err
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			k.Fatal(err)
		}
	}
	got := slices.Sorted(slices.Values(k.allKeys(k.walkNext(k.at("objects/"), with("match[version]", "all"), 0))))
	k.same("objects", got, slices.Sorted(slices.Values(keysOf(list))))
}

// compared puts the same random requests to the target and to a plain backend:
// the same versions must come in the same number of pages and, without removals,
// in the same order. (Where the newest version is removed, a server may give the
// one before it a new date, so that pollers get it.)
func compared(k *kit, seed uint64, steps int, removals bool) {
	plain := NewMemoryTarget(k.T, taxii.Options{})
	plain.Client, plain.Creator, plain.Creator2 = k.Client, k.Creator, k.Creator2
	other := &kit{T: k.T, Target: plain}
	rnd := rand.New(rand.NewPCG(seed, 11))
	var things, all []thing
	pick := func() thing {
		if len(all) == 0 || rnd.IntN(12) == 0 {
			return k.thing("campaign")
		}
		return all[rnd.IntN(len(all))]
	}
	for range steps {
		switch rnd.IntN(4) {
		case 0: // new things, and versions before and after those that are there
			var part []thing
			for range 1 + rnd.IntN(6) {
				o := k.thing([]string{"campaign", "tool", "identity"}[rnd.IntN(3)])
				if len(things) > 0 && rnd.IntN(2) == 0 {
					o = things[rnd.IntN(len(things))].newer(rnd.IntN(20))
				} else {
					things = append(things, o)
				}
				part = append(part, o)
			}
			all = append(all, part...)
			a, errA := k.send(0, part)
			b, errB := other.send(0, part)
			if a.SuccessCount != b.SuccessCount || (errA == nil) != (errB == nil) {
				k.Fatalf("add: %+v %v; plain: %+v %v", a, errA, b, errB)
			}
		case 1:
			if !removals || rnd.IntN(4) > 0 {
				continue
			}
			o := pick()
			q := []string{"", with("match[version]", "last"), with("match[version]", "first"), with("match[version]", o.Modified)}[rnd.IntN(4)]
			a := k.do(ask{method: http.MethodDelete, path: k.at("objects/" + o.ID + "/"), query: q, who: k.Both})
			b := other.do(ask{method: http.MethodDelete, path: other.at("objects/" + o.ID + "/"), query: q, who: other.Both})
			if a.status != b.status && (a.status != 200 && a.status != 404 || b.status != 200 && b.status != 404) {
				k.Fatalf("remove %s: %d, plain %d", o.ID, a.status, b.status)
			}
		default:
			path := []string{"objects/", "manifest/", "objects/" + pick().ID + "/"}[rnd.IntN(3)]
			var q []string
			if rnd.IntN(2) == 0 {
				q = append(q, "match[version]", []string{"all", "first", "last", "first,last", pick().Modified, "last," + pick().Modified}[rnd.IntN(6)])
			}
			if rnd.IntN(3) == 0 {
				q = append(q, "match[type]", []string{"tool", "campaign,identity", "malware", "tool,malware"}[rnd.IntN(4)])
			}
			if rnd.IntN(4) == 0 {
				q = append(q, "match[id]", pick().ID+","+pick().ID+",tool--"+uuid.NewString())
			}
			limit := 1 + rnd.IntN(6)
			if a := k.get(k.at(path), with(q...)); a.status != http.StatusOK {
				if b := other.get(other.at(path), with(q...)); b.status != a.status {
					k.Fatalf("%s: %d, plain %d", path, a.status, b.status)
				}
				continue
			}
			a, b := k.walkNext(k.at(path), with(q...), limit), other.walkNext(other.at(path), with(q...), limit)
			got, want := k.allKeys(a), other.allKeys(b)
			if removals {
				slices.Sort(got)
				slices.Sort(want)
			}
			k.same(path+" "+strings.Join(q, " "), got, want)
			if len(a) != len(b) {
				k.Fatalf("%s %v: %d pages, plain %d", path, q, len(a), len(b))
			}
		}
	}
}
