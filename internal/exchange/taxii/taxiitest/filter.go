package taxiitest

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"
)

// filterChecks are R14: what a query selects.
func filterChecks() []check {
	list := []check{
		{"R14 added_after is exclusive, to the microsecond", func(k *kit) {
			list := k.things("campaign", 6)
			k.addAll(list...)
			m := k.page(k.at("manifest/"), "").items(k)
			for i := range m {
				for _, path := range []string{"objects/", "manifest/"} {
					k.same("after "+m[i].DateAdded, k.page(k.at(path), with("added_after", m[i].DateAdded)).keys(k), keysOf(list[i+1:]))
				}
			}
			k.same("long ago", k.page(k.at("objects/"), with("added_after", "1800-01-01T00:00:00Z")).keys(k), keysOf(list))
			k.same("far away", k.page(k.at("objects/"), with("added_after", "9999-12-31T23:59:59.999999Z")).keys(k), nil)
		}},
		{"R14 limit is a ceiling", func(k *kit) {
			k.addAll(k.things("campaign", 5)...)
			for _, path := range []string{"objects/", "manifest/"} {
				if p := k.page(k.at(path), "limit=2"); len(p.Objects) > 2 || len(p.Objects) == 0 || !p.More {
					k.Fatalf("%d objects, more %v", len(p.Objects), p.More)
				}
			}
		}},
		{"R14 a large limit is no error", func(k *kit) {
			k.addAll(k.things("campaign", 5)...)
			for _, n := range []string{"5", "100000", "9223372036854775807", "9223372036854775808", strings.Repeat("9", 400)} {
				if p := k.page(k.at("objects/"), "limit="+n); len(p.Objects) != 5 || p.More {
					k.Fatalf("%d objects, more %v", len(p.Objects), p.More)
				}
			}
		}},
		{"a page has a ceiling without a limit", func(k *kit) {
			k.addAll(k.things("campaign", 700)...)
			k.addAll(k.things("campaign", 700)...)
			for _, q := range []string{"", "limit=1000000"} {
				if p := k.page(k.at("objects/"), q); len(p.Objects) == 1400 {
					k.Fatal("everything at once")
				}
			}
		}},
		{"R16 more is exact at the end", func(k *kit) {
			list := append(k.things("campaign", 3), k.things("tool", 3)...)
			k.addAll(list...)
			for q, n := range map[string]int{"limit=6": 6, "limit=3&match[type]=tool": 3, "limit=3&match[type]=campaign": 3, "limit=1&match[id]=" + list[0].ID: 1} {
				for _, path := range []string{"objects/", "manifest/"} {
					if p := k.page(k.at(path), q); len(p.Objects) != n || p.More {
						k.Fatalf("%s%s: %d objects, more %v", path, q, len(p.Objects), p.More)
					}
				}
			}
		}},
		{"R14 match type", func(k *kit) {
			a, b, c := k.thing("campaign"), k.thing("tool"), k.thing("identity")
			k.addAll(a, b, c)
			for types, want := range map[string][]thing{"tool": {b}, "tool,campaign": {a, b}, "identity,identity": {c}, "campaign,x-synthetic": {a}} {
				for _, path := range []string{"objects/", "manifest/"} {
					k.same(types, k.page(k.at(path), with("match[type]", types)).keys(k), keysOf(want))
				}
			}
		}},
		{"R14 a type that is absent is an empty page", func(k *kit) {
			k.addAll(k.thing("campaign"))
			for _, typ := range []string{"malware", "x-no-such-type", "nonsense!"} {
				k.same(typ, k.page(k.at("objects/"), with("match[type]", typ)).keys(k), nil)
			}
		}},
		{"R14 match id", func(k *kit) {
			list := k.things("campaign", 4)
			k.addAll(list...)
			unknown := "campaign--" + uuid.NewString()
			for _, path := range []string{"objects/", "manifest/"} {
				k.same("one", k.page(k.at(path), with("match[id]", list[2].ID)).keys(k), keysOf(list[2:3]))
				k.same("two", k.page(k.at(path), with("match[id]", list[3].ID+","+list[0].ID)).keys(k), keysOf([]thing{list[0], list[3]}))
				k.same("unknown", k.page(k.at(path), with("match[id]", unknown)).keys(k), nil)
				k.same("one of two", k.page(k.at(path), with("match[id]", unknown+","+list[1].ID)).keys(k), keysOf(list[1:2]))
			}
		}},
		{"R14 fields are joined by and", func(k *kit) {
			a, b := k.thing("campaign"), k.thing("tool")
			k.addAll(a, b, a.newer(3))
			k.same("id and type", k.page(k.at("objects/"), with("match[id]", a.ID, "match[type]", "tool")).keys(k), nil)
			k.same("id and type", k.page(k.at("objects/"), with("match[id]", a.ID+","+b.ID, "match[type]", "tool")).keys(k), keysOf([]thing{b}))
			k.same("type and version", k.page(k.at("objects/"), with("match[version]", "first", "match[type]", "campaign")).keys(k), keysOf([]thing{a}))
		}},
		{"R14 match spec_version", func(k *kit) {
			a := k.thing("campaign")
			k.addAll(a)
			k.same("2.1", k.page(k.at("objects/"), with("match[spec_version]", "2.1")).keys(k), []string{a.key()})
			k.same("2.0", k.page(k.at("objects/"), with("match[spec_version]", "2.0")).keys(k), nil)
			k.same("both", k.page(k.at("objects/"), with("match[spec_version]", "2.0,2.1")).keys(k), []string{a.key()})
		}},
		{"R14 the latest spec version of each object, unless another is asked for", func(k *kit) {
			a := k.thing("campaign")
			old := a.newer(7)
			raw := strings.Replace(old.raw(), `"spec_version":"2.1",`, "", 1)
			if st := k.add(raw); st.SuccessCount != 1 {
				k.Skipf("the target takes no objects of 2.0: %+v", st)
			}
			k.addAll(a)
			k.same("none asked", k.page(k.at("objects/"), "").keys(k), []string{a.key()})
			k.same("2.0", k.page(k.at("objects/"), with("match[spec_version]", "2.0")).keys(k), []string{old.key()})
			k.same("all", k.page(k.at("objects/"), with("match[spec_version]", "2.0,2.1", "match[version]", "all")).keys(k), []string{old.key(), a.key()})
			types := map[string]string{}
			for _, i := range k.page(k.at("manifest/"), with("match[spec_version]", "2.0,2.1", "match[version]", "all")).items(k) {
				types[i.Version] = i.MediaType
			}
			if types[a.Modified] == types[old.Modified] {
				k.Fatalf("%v", types)
			}
		}},
		{"R14 filters are joined with added_after, which comes last", func(k *kit) {
			a := k.thing("campaign")
			k.addAll(a.newer(9))
			m := k.page(k.at("manifest/"), "").items(k)
			k.addAll(a)
			k.same("an older version that came later", k.page(k.at("objects/"), with("added_after", m[0].DateAdded)).keys(k), nil)
			k.same("… with all", k.page(k.at("objects/"), with("added_after", m[0].DateAdded, "match[version]", "all")).keys(k), []string{a.key()})
		}},
		{"R14 only version and spec_version match on one object", func(k *kit) {
			a := k.thing("campaign")
			k.addAll(a)
			got := k.get(k.at("objects/"+a.ID+"/"), with("match[type]", "tool", "match[id]", "tool--"+uuid.NewString()))
			k.want(got, http.StatusOK, http.StatusBadRequest)
		}},
	}
	for _, bad := range []string{
		"limit=0", "limit=-1", "limit=", "limit=x", "limit=1.5", "limit=1e3", "limit=%2B5", "limit=%00", "limit=1&limit=2",
		"added_after=", "added_after=yesterday", "added_after=2024-13-01T00:00:00Z", "added_after=2024-01-02", "added_after=2024-01-02T03:04:05",
		"added_after=%00", "added_after=2024-01-02T03:04:05Z&added_after=2024-01-02T03:04:05Z", "added_after=1704164645",
		"match[id]=", "match[id]=x", "match[id]=campaign--1234", "match[id]=campaign--%00", "match[id]=,", "match[id]=%ff",
		"match[type]=", "match[type]=tool,,campaign", "match[type]=%00", "match[type]=tool&match[type]=campaign",
		"match[version]=", "match[version]=newest", "match[version]=1.0.0", "match[version]=all,last", "match[version]=last,all", "match[version]=2024-01-02",
		"match[version]=first,", "match[version]=%00", "match[version]=all&match[version]=all",
		"match[spec_version]=", "match[spec_version]=%00", "match[spec_version]=x", "match[spec_version]=2.1,", "limit=%zz", "%", "next=%00",
	} {
		list = append(list, check{"R14 refused: " + bad, func(k *kit) {
			k.addAll(k.thing("campaign"))
			for _, path := range []string{"objects/", "manifest/"} {
				got := k.do(ask{method: http.MethodGet, path: k.at(path), query: bad, who: k.Both})
				k.want(got, http.StatusBadRequest)
			}
		}})
	}
	return append(list, check{"R14 brackets may be written with percent signs or not", func(k *kit) {
		a := k.thing("campaign")
		k.addAll(a, k.thing("tool"))
		for _, q := range []string{"match[type]=campaign", "match%5Btype%5D=campaign", "match%5btype%5d=" + url.QueryEscape("campaign")} {
			k.same(q, k.page(k.at("objects/"), q).keys(k), []string{a.key()})
		}
	}})
}
