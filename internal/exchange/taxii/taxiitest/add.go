package taxiitest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"entente/internal/exchange/taxii"
)

// refused adds one good object and one bad one: the good one is kept, the bad one
// is among the failures with a reason.
func refused(k *kit, bad string) taxii.Status {
	k.Helper()
	good := k.thing("campaign")
	st := k.add(good.raw(), bad)
	if st.TotalCount != 2 || st.SuccessCount != 1 || st.FailureCount != 1 || len(st.Failures) != 1 || st.Failures[0].Message == "" {
		k.Fatalf("%+v", st)
	}
	k.same("objects", k.page(k.at("objects/"), with("match[version]", "all")).keys(k), []string{good.key()})
	return st
}

// addChecks are R11, R12 and O3: what becomes of objects that are handed in.
func addChecks() []check {
	list := []check{
		{"R11 a status counts and names what was added", func(k *kit) {
			a, b := k.thing("campaign"), k.thing("tool")
			st := k.add(a.raw(), b.raw())
			if _, err := uuid.Parse(st.ID); err != nil || st.TotalCount != 2 || st.SuccessCount != 2 || st.PendingCount != 0 || st.FailureCount != 0 {
				k.Fatalf("%+v", st)
			}
			var got []string
			for _, d := range st.Successes {
				got = append(got, d.ID+" "+d.Version)
			}
			if len(got) > 0 {
				k.same("successes", got, []string{a.key(), b.key()})
			}
		}},
		{"R11 a status has four counts and no empty lists", func(k *kit) {
			got := k.post(k.Both, k.thing("campaign").raw())
			st := decode[map[string]any](k, got)
			for _, name := range []string{"total_count", "success_count", "failure_count", "pending_count"} {
				if _, there := st[name].(float64); !there {
					k.Fatalf("%s is missing: %s", name, got.body)
				}
			}
			for _, name := range []string{"successes", "failures", "pendings"} {
				if list, there := st[name].([]any); there && len(list) == 0 {
					k.Fatalf("%s is empty: %s", name, got.body)
				}
			}
		}},
		{"R11 a status can be read again", func(k *kit) {
			st := k.add(k.thing("campaign").raw(), `{"type":"campaign"}`)
			got := k.get(root+"status/"+st.ID+"/", "")
			k.want(got, http.StatusOK)
			again := decode[taxii.Status](k, got)
			if again.ID != st.ID || again.Status != "complete" || again.SuccessCount != 1 || again.FailureCount != 1 {
				k.Fatalf("%+v", again)
			}
		}},
		{"R11 an unknown status is 404", func(k *kit) {
			for _, id := range []string{uuid.NewString(), "x", "%00", "1", strings.Repeat("9", 500)} {
				k.want(k.get(root+"status/"+id+"/", ""), http.StatusNotFound)
			}
		}},
		{"R11 an object without a version has the same version in status and manifest", func(k *kit) {
			id := "domain-name--" + uuid.NewString()
			st := k.add(fmt.Sprintf(`{"type":"domain-name","spec_version":"2.1","id":%q,"value":"synthetic.example","object_marking_refs":[%q]}`, id, Clear))
			if st.SuccessCount != 1 {
				k.Fatalf("%+v", st)
			}
			m := k.page(k.at("manifest/"), "").items(k)
			if len(m) != 1 || m[0].ID != id || m[0].Version == "" {
				k.Fatalf("%+v", m)
			}
			if len(st.Successes) == 1 && st.Successes[0].Version != m[0].Version {
				k.Fatalf("%+v and %+v", st.Successes, m)
			}
			for _, v := range []string{m[0].Version, "first", "last", "all"} {
				if p := k.page(k.at("objects/"), with("match[version]", v)); len(p.Objects) != 1 {
					k.Fatalf("match[version]=%s gives %d objects", v, len(p.Objects))
				}
			}
		}},
		{"R12 a duplicate is no error and adds nothing", func(k *kit) {
			o := k.thing("campaign")
			k.addAll(o)
			first := k.get(k.at("manifest/"), "")
			if st := k.add(o.raw()); st.SuccessCount != 1 || st.FailureCount != 0 {
				k.Fatalf("%+v", st)
			}
			if again := k.get(k.at("manifest/"), ""); string(again.body) != string(first.body) {
				k.Fatalf("%s\n%s", first.body, again.body)
			}
		}},
		{"R12 a duplicate within one envelope is no error and adds nothing", func(k *kit) {
			o := k.thing("campaign")
			if st := k.add(o.raw(), o.raw()); st.SuccessCount != 2 || st.FailureCount != 0 {
				k.Fatalf("%+v", st)
			}
			k.same("objects", k.page(k.at("objects/"), with("match[version]", "all")).keys(k), []string{o.key()})
		}},
		{"R12 a duplicate in other white space and order is no error", func(k *kit) {
			o := k.thing("campaign")
			k.addAll(o)
			again := fmt.Sprintf("{ \"name\" : %q, \"object_marking_refs\":[%q],\n\"created_by_ref\":%q,\"modified\":%q,\"created\":%q,\"id\":%q,\"spec_version\":\"2.1\",\"type\":\"campaign\"}",
				o.Name, Clear, o.Creator, o.Modified, o.Created, o.ID)
			if st := k.add(again); st.SuccessCount != 1 {
				k.Fatalf("%+v", st)
			}
			if p := k.page(k.at("objects/"), ""); len(p.Objects) != 1 || string(p.Objects[0]) != o.raw() {
				k.Fatalf("%s", p.Objects)
			}
		}},
		{"R12 what is no envelope is refused and adds nothing", func(k *kit) {
			o := k.thing("campaign").raw()
			for _, text := range []string{
				"", "null", "[]", `"x"`, "{", o[:len(o)-1], `{"objects":{}}`, `{"objects":[` + o, `{"objects":[` + o + `,]}`, `{"objects":[` + o + `]}x`,
				`{"objects":[` + o + `],"objects":[` + o + `]}`, "\x00", `{"objects":[` + o + "]", `{"objects":[` + o + ` ` + o + `]}`,
			} {
				got := k.do(ask{method: http.MethodPost, path: k.at("objects/"), who: k.Both, body: strings.NewReader(text)})
				k.want(got, http.StatusUnprocessableEntity, http.StatusBadRequest)
			}
			if p := k.page(k.at("objects/"), ""); len(p.Objects) != 0 {
				k.Fatalf("%d objects were kept of broken envelopes", len(p.Objects))
			}
		}},
		{"R12 an empty envelope", func(k *kit) {
			for _, text := range []string{`{}`, `{"objects":[]}`} {
				got := k.do(ask{method: http.MethodPost, path: k.at("objects/"), who: k.Both, body: strings.NewReader(text)})
				k.want(got, http.StatusAccepted, http.StatusUnprocessableEntity, http.StatusBadRequest)
			}
		}},
		{"R12 a body packed with gzip", func(k *kit) {
			o := k.thing("campaign")
			got := k.do(ask{
				method: http.MethodPost, path: k.at("objects/"), who: k.Both,
				header: map[string]string{"Content-Encoding": "gzip"}, body: packed(strings.NewReader(envelope(o.raw()))),
			})
			k.want(got, http.StatusAccepted)
			k.same("objects", k.page(k.at("objects/"), "").keys(k), []string{o.key()})
		}},
		{"R12 a body packed with gzip that is none or broken", func(k *kit) {
			whole, _ := io.ReadAll(packed(strings.NewReader(envelope(k.thing("campaign").raw()))))
			for _, b := range [][]byte{[]byte("plain"), nil, whole[:len(whole)/2], whole[:len(whole)-4]} {
				got := k.do(ask{
					method: http.MethodPost, path: k.at("objects/"), who: k.Both,
					header: map[string]string{"Content-Encoding": "gzip"}, body: bytes.NewReader(b),
				})
				k.want(got, http.StatusBadRequest, http.StatusUnprocessableEntity)
			}
			if p := k.page(k.at("objects/"), ""); len(p.Objects) != 0 {
				k.Fatalf("%d objects were kept of a broken body", len(p.Objects))
			}
		}},
		{"R12 a body of 413 is above the bound, one below it is not", func(k *kit) {
			if k.Small == 0 {
				k.Skip("the target's bound is not small")
			}
			fit := envelope(k.thing("campaign").raw())
			fit += strings.Repeat(" ", int(k.Small)-len(fit))
			for _, chunked := range []bool{false, true} {
				for extra, want := range map[string]int{"": http.StatusAccepted, " ": http.StatusRequestEntityTooLarge} {
					var body io.Reader = strings.NewReader(fit + extra)
					if chunked {
						body = io.MultiReader(body)
					}
					got := k.do(ask{method: http.MethodPost, path: k.at("objects/"), who: k.Both, body: body})
					k.want(got, want)
				}
			}
		}},
		{"R12 a packed body of zeros without end is 413", func(k *kit) {
			if k.Small == 0 {
				k.Skip("the target's bound is not small")
			}
			bomb := packed(io.MultiReader(strings.NewReader(`{"objects":[`), io.LimitReader(zeros{}, 64<<20)))
			got := k.do(ask{
				method: http.MethodPost, path: k.at("objects/"), who: k.Both,
				header: map[string]string{"Content-Encoding": "gzip"}, body: bomb,
			})
			k.want(got, http.StatusRequestEntityTooLarge)
		}},
		{"a bundle in place of an envelope", func(k *kit) {
			o := k.thing("campaign")
			got := k.do(ask{
				method: http.MethodPost, path: k.at("objects/"), who: k.Both, header: map[string]string{"Content-Type": "application/stix+json; version=2.1"},
				body: strings.NewReader(`{"type":"bundle","spec_version":"2.1","id":"bundle--` + uuid.NewString() + `","objects":[` + o.raw() + `]}`),
			})
			k.want(got, http.StatusAccepted)
			k.same("objects", k.page(k.at("objects/"), "").keys(k), []string{o.key()})
		}},
		{"R12 many objects in one envelope", func(k *kit) {
			list := k.things("campaign", 500)
			k.addAll(list...)
			k.same("objects", k.allKeys(k.walkNext(k.at("objects/"), "", 0)), keysOf(list))
		}},
	}
	return append(list, validationChecks()...)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// packed packs what r gives.
func packed(r io.Reader) io.Reader {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.Copy(z, r)
	_ = z.Close()
	return &b
}
