package taxiitest

import (
	"net/http"
	"strings"
)

// nextChecks are R16 and O1: paging by next and by the date of the last object.
func nextChecks() []check {
	both := func(k *kit, path, query string, want []string) {
		k.Helper()
		for _, limit := range []int{1, 2, 3, 1000} {
			k.same("by next", k.allKeys(k.walkNext(k.at(path), query, limit)), want)
			k.same("by added_after", k.allKeys(k.walkAfter(k.at(path), query, limit)), want)
		}
	}
	return []check{
		{"O1 both ways of paging give everything once", func(k *kit) {
			list := k.things("campaign", 10)
			k.addAll(list...)
			both(k, "objects/", "", keysOf(list))
			both(k, "manifest/", "", keysOf(list))
		}},
		{"O1 paging through one of many types", func(k *kit) {
			var all, want []thing
			for i := range 30 {
				typ := "campaign"
				if i%7 == 3 {
					typ = "tool"
				}
				o := k.thing(typ)
				if all = append(all, o); typ == "tool" {
					want = append(want, o)
				}
			}
			k.addAll(all...)
			both(k, "objects/", with("match[type]", "tool"), keysOf(want))
			both(k, "manifest/", with("match[type]", "tool"), keysOf(want))
		}},
		{"O1 paging through all versions and through the first", func(k *kit) {
			var all, first []thing
			for range 5 {
				o := k.thing("campaign")
				all = append(all, o.newer(2), o, o.newer(1))
				first = append(first, o)
			}
			k.addAll(all...)
			both(k, "objects/", with("match[version]", "all"), keysOf(all))
			both(k, "objects/", with("match[version]", "first"), keysOf(first))
			both(k, "objects/"+all[0].ID+"/", with("match[version]", "all"), keysOf(all[:3]))
		}},
		{"O1 versions of an object are paged", func(k *kit) {
			o := k.thing("campaign")
			var want []string
			for i := range 5 {
				k.addAll(o.newer(i))
				want = append(want, o.newer(i).Modified)
			}
			var got []string
			for _, p := range k.walkNext(k.at("objects/"+o.ID+"/versions/"), "", 2) {
				got = append(got, p.Versions...)
			}
			k.same("versions", got, want)
		}},
		{"O1 next is given with more, and only then", func(k *kit) {
			k.addAll(k.things("campaign", 4)...)
			for _, path := range []string{"objects/", "manifest/"} {
				for _, p := range k.walkNext(k.at(path), "", 2) {
					if p.More != (p.Next != nil) {
						k.Fatalf("more %v, next %v", p.More, p.Next)
					}
				}
			}
		}},
		{"O1 next can be used again", func(k *kit) {
			list := k.things("campaign", 6)
			k.addAll(list...)
			next := *k.page(k.at("objects/"), "limit=2").Next
			for range 3 {
				k.same("page two", k.page(k.at("objects/"), with("limit", "2", "next", next)).keys(k), keysOf(list[2:4]))
			}
		}},
		{"an empty next is none", func(k *kit) {
			list := k.things("campaign", 3)
			k.addAll(list...)
			k.same("page one", k.page(k.at("objects/"), "limit=2&next=").keys(k), keysOf(list[:2]))
		}},
		{"O1 next needs no limit, and takes another one", func(k *kit) {
			list := k.things("campaign", 6)
			k.addAll(list...)
			next := *k.page(k.at("objects/"), "limit=2").Next
			k.same("without", k.page(k.at("objects/"), with("next", next)).keys(k), keysOf(list[2:]))
			k.same("with 3", k.page(k.at("objects/"), with("limit", "3", "next", next)).keys(k), keysOf(list[2:5]))
		}},
		{"O1 what is added while paging is not lost and shifts nothing", func(k *kit) {
			list := k.things("campaign", 4)
			k.addAll(list...)
			next := *k.page(k.at("objects/"), "limit=2").Next
			more := k.things("campaign", 2)
			k.addAll(more...)
			k.same("rest", k.page(k.at("objects/"), with("next", next)).keys(k), keysOf(append(list[2:4:4], more...)))
		}},
		{"O1 what is removed while paging shifts nothing", func(k *kit) {
			list := k.things("campaign", 6)
			k.addAll(list...)
			next := *k.page(k.at("objects/"), "limit=2").Next
			k.want(k.do(ask{method: http.MethodDelete, path: k.at("objects/" + list[0].ID + "/"), who: k.Both}), http.StatusOK)
			k.want(k.do(ask{method: http.MethodDelete, path: k.at("objects/" + list[1].ID + "/"), who: k.Both}), http.StatusOK)
			k.same("rest", k.page(k.at("objects/"), with("next", next)).keys(k), keysOf(list[2:]))
		}},
		{"O1 a superseded version is replaced by its newer one while paging", func(k *kit) {
			list := k.things("campaign", 4)
			k.addAll(list...)
			next := *k.page(k.at("objects/"), "limit=2").Next
			k.addAll(list[3].newer(5))
			k.same("rest", k.page(k.at("objects/"), with("next", next)).keys(k), keysOf([]thing{list[2], list[3].newer(5)}))
		}},
		{"O1 next of another query, collection or server is 400", func(k *kit) {
			k.addAll(append(k.things("campaign", 4), k.things("tool", 4)...)...)
			next := *k.page(k.at("objects/"), "limit=2").Next
			for _, q := range []string{with("match[type]", "tool"), with("match[version]", "all"), with("match[spec_version]", "2.1")} {
				k.want(k.get(k.at("objects/"), join(q, with("next", next))), http.StatusBadRequest)
			}
			typed := *k.page(k.at("objects/"), "limit=2&match[type]=tool").Next
			k.want(k.get(k.at("objects/"), with("next", typed)), http.StatusBadRequest)
			other := k.Collection(k.T)
			k.want(k.get(root+"collections/"+other.ID+"/objects/", with("next", next)), http.StatusBadRequest)
		}},
		{"O1 a next that was changed is 400", func(k *kit) {
			k.addAll(k.things("campaign", 4)...)
			next := *k.page(k.at("objects/"), "limit=2").Next
			for _, bad := range []string{next[1:], next + "A", next[:len(next)-1], "1", "-1", "0", "AAAA", "%", strings.Repeat("A", len(next)), strings.Repeat("A", 5000), "\x00", "é"} {
				k.want(k.get(k.at("objects/"), with("next", bad)), http.StatusBadRequest)
			}
			for i := range next {
				b := []byte(next)
				if b[i] == 'x' {
					b[i] = 'y'
				} else {
					b[i] = 'x'
				}
				k.want(k.get(k.at("objects/"), with("next", string(b))), http.StatusBadRequest)
			}
		}},
		{"O1 next with added_after moved on loses nothing", func(k *kit) {
			list := k.things("campaign", 6)
			k.addAll(list...)
			p := k.page(k.at("objects/"), "limit=2")
			q := with("limit", "10", "next", *p.Next, "added_after", p.header.Get("X-TAXII-Date-Added-Last"))
			got := k.get(k.at("objects/"), q)
			if k.want(got, http.StatusOK, http.StatusBadRequest); got.status == http.StatusOK {
				k.same("rest", decode[page](k, got).keys(k), keysOf(list[2:]))
			}
		}},
		{"O1 the filters of next may stand in another order", func(k *kit) {
			a, b := k.things("campaign", 2), k.things("tool", 2)
			k.addAll(a[0], b[0], a[1], b[1])
			next := *k.page(k.at("objects/"), "limit=2&match[type]=tool,campaign").Next
			k.same("rest", k.page(k.at("objects/"), with("next", next, "match[type]", "campaign,tool")).keys(k), keysOf([]thing{a[1], b[1]}))
		}},
		{"O1 next holds for another account that may read", func(k *kit) {
			list := k.things("campaign", 4)
			k.addAll(list...)
			next := *k.page(k.at("objects/"), "limit=2").Next
			got := k.do(ask{method: http.MethodGet, path: k.at("objects/"), query: with("next", next), who: k.Reader})
			k.want(got, http.StatusOK)
			k.same("rest", decode[page](k, got).keys(k), keysOf(list[2:]))
			k.want(k.do(ask{method: http.MethodGet, path: k.at("objects/"), query: with("next", next), who: k.Writer}), http.StatusForbidden, http.StatusNotFound)
		}},
	}
}
