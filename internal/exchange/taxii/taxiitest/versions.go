package taxiitest

import "net/http"

// versionChecks are R13: which versions are given.
func versionChecks() []check {
	return []check{
		{"R13 the newest is the one modified last, whatever came last", func(k *kit) {
			o := k.thing("campaign")
			k.addAll(o.newer(30), o.newer(10), o.newer(20))
			for _, path := range []string{"objects/", "manifest/", "objects/" + o.ID + "/"} {
				k.same(path, k.page(k.at(path), "").keys(k), keysOf([]thing{o.newer(30)}))
				k.same(path, k.page(k.at(path), with("match[version]", "last")).keys(k), keysOf([]thing{o.newer(30)}))
			}
		}},
		{"R13 the first is the one modified first", func(k *kit) {
			o := k.thing("campaign")
			k.addAll(o.newer(30), o.newer(10), o.newer(20))
			for _, path := range []string{"objects/", "manifest/", "objects/" + o.ID + "/"} {
				k.same(path, k.page(k.at(path), with("match[version]", "first")).keys(k), keysOf([]thing{o.newer(10)}))
			}
		}},
		{"R13 all versions, in the order of arrival", func(k *kit) {
			o, p := k.thing("campaign"), k.thing("tool")
			list := []thing{o.newer(30), p, o.newer(10), p.newer(1), o.newer(20)}
			k.addAll(list...)
			k.same("all", k.page(k.at("objects/"), with("match[version]", "all")).keys(k), keysOf(list))
		}},
		{"R13 versions are joined by or", func(k *kit) {
			o, p := k.thing("campaign"), k.thing("tool")
			k.addAll(o, o.newer(1), o.newer(2), o.newer(3), p)
			k.same("first,last", k.page(k.at("objects/"), with("match[version]", "first,last")).keys(k), keysOf([]thing{o, o.newer(3), p}))
			k.same("exact,last", k.page(k.at("objects/"), with("match[version]", "last,"+o.newer(1).Modified)).keys(k), keysOf([]thing{o.newer(1), o.newer(3), p}))
			k.same("two exact", k.page(k.at("objects/"), with("match[version]", o.newer(2).Modified+","+o.Modified)).keys(k), keysOf([]thing{o, o.newer(2)}))
			k.same("none", k.page(k.at("objects/"), with("match[version]", "2001-01-01T00:00:00.000Z")).keys(k), nil)
		}},
		{"R13 an exact version is an instant, however it is written", func(k *kit) {
			o := k.thing("campaign")
			o.Created, o.Modified = "2024-01-02T03:04:05.000Z", "2024-01-02T03:04:05.500Z"
			k.addAll(o)
			for _, v := range []string{"2024-01-02T03:04:05.5Z", "2024-01-02T03:04:05.500000Z", "2024-01-02T03:04:05.500Z"} {
				k.same(v, k.page(k.at("objects/"), with("match[version]", v)).keys(k), []string{o.key()})
			}
			k.same("another", k.page(k.at("objects/"), with("match[version]", "2024-01-02T03:04:05.5000001Z")).keys(k), nil)
		}},
		{"R13 a revoked version is the newest", func(k *kit) {
			o := k.thing("campaign")
			gone := o.newer(5)
			gone.Extra = `,"revoked":true`
			k.addAll(o, gone)
			k.same("newest", k.page(k.at("objects/"), "").keys(k), []string{gone.key()})
		}},
		{"R13 a poller gets the newer version after its mark", func(k *kit) {
			o, p := k.thing("campaign"), k.thing("campaign")
			k.addAll(o, p)
			mark := k.page(k.at("objects/"), "").header.Get("X-TAXII-Date-Added-Last")
			k.addAll(o.newer(4))
			k.same("after the mark", k.page(k.at("objects/"), with("added_after", mark)).keys(k), keysOf([]thing{o.newer(4)}))
		}},
	}
}

// deleteChecks are R20: what is removed is gone everywhere.
func deleteChecks() []check {
	remove := func(k *kit, who, id, query string) answer {
		k.Helper()
		return k.do(ask{method: http.MethodDelete, path: k.at("objects/" + id + "/"), query: query, who: who})
	}
	return []check{
		{"R20 an object is removed in all versions and everywhere", func(k *kit) {
			o, p := k.thing("campaign"), k.thing("campaign")
			k.addAll(o, p, o.newer(1), o.newer(2))
			k.want(remove(k, k.Both, o.ID, ""), http.StatusOK)
			for _, path := range []string{"objects/", "manifest/"} {
				for _, q := range []string{"", with("match[version]", "all"), with("match[version]", "first")} {
					k.same(path, k.page(k.at(path), q).keys(k), []string{p.key()})
				}
			}
			k.want(k.get(k.at("objects/"+o.ID+"/"), ""), http.StatusNotFound)
			k.want(k.get(k.at("objects/"+o.ID+"/versions/"), ""), http.StatusNotFound)
			k.want(remove(k, k.Both, o.ID, ""), http.StatusNotFound)
		}},
		{"R20 only the versions that match are removed", func(k *kit) {
			o := k.thing("campaign")
			all := with("match[version]", "all")
			k.addAll(o, o.newer(1), o.newer(2), o.newer(3), o.newer(4))
			k.want(remove(k, k.Both, o.ID, with("match[version]", o.newer(2).Modified)), http.StatusOK)
			k.same("exact", k.page(k.at("objects/"), all).keys(k), keysOf([]thing{o, o.newer(1), o.newer(3), o.newer(4)}))
			k.want(remove(k, k.Both, o.ID, with("match[version]", "last")), http.StatusOK)
			k.same("last", k.page(k.at("objects/"), "").keys(k), keysOf([]thing{o.newer(3)}))
			k.want(remove(k, k.Both, o.ID, with("match[version]", "first")), http.StatusOK)
			k.same("first", k.page(k.at("objects/"), all).keys(k), keysOf([]thing{o.newer(1), o.newer(3)}))
			k.want(remove(k, k.Both, o.ID, all), http.StatusOK)
			k.want(k.get(k.at("objects/"+o.ID+"/"), ""), http.StatusNotFound)
		}},
		{"R20 a version that is not there", func(k *kit) {
			o := k.thing("campaign")
			k.addAll(o)
			k.want(remove(k, k.Both, o.ID, with("match[version]", "2001-01-01T00:00:00Z")), http.StatusOK, http.StatusNotFound)
			k.same("objects", k.page(k.at("objects/"), "").keys(k), []string{o.key()})
		}},
		{"R20 a spec version that is not there", func(k *kit) {
			o := k.thing("campaign")
			k.addAll(o)
			k.want(remove(k, k.Both, o.ID, with("match[spec_version]", "2.0")), http.StatusOK, http.StatusNotFound)
			k.same("objects", k.page(k.at("objects/"), "").keys(k), []string{o.key()})
			k.want(remove(k, k.Both, o.ID, with("match[spec_version]", "2.1")), http.StatusOK)
			k.same("objects", k.page(k.at("objects/"), "").keys(k), nil)
		}},
		{"R20 a broken filter removes nothing", func(k *kit) {
			o := k.thing("campaign")
			k.addAll(o)
			for _, q := range []string{"match[version]=", "match[version]=x", "match[version]=all,last", "match[vers]=last", "match[version]=last&match[version]=first"} {
				k.want(remove(k, k.Both, o.ID, q), http.StatusBadRequest)
			}
			k.same("objects", k.page(k.at("objects/"), "").keys(k), []string{o.key()})
		}},
		{"R20 an unknown object is 404", func(k *kit) {
			k.want(remove(k, k.Both, k.thing("campaign").ID, ""), http.StatusNotFound)
			k.want(remove(k, k.Both, "x", ""), http.StatusNotFound, http.StatusBadRequest)
		}},
		{"R20 reading alone or writing alone does not remove", func(k *kit) {
			o := k.thing("campaign")
			k.addAll(o)
			k.want(remove(k, k.Reader, o.ID, ""), http.StatusForbidden)
			k.want(remove(k, k.Writer, o.ID, ""), http.StatusForbidden)
			k.want(remove(k, k.Stranger, o.ID, ""), http.StatusNotFound)
			k.same("objects", k.page(k.at("objects/"), "").keys(k), []string{o.key()})
		}},
		{"R20 what was removed can be added again, with a new date", func(k *kit) {
			o, p := k.thing("campaign"), k.thing("campaign")
			k.addAll(o, p)
			mark := k.page(k.at("objects/"), "").header.Get("X-TAXII-Date-Added-Last")
			k.want(remove(k, k.Both, o.ID, ""), http.StatusOK)
			k.addAll(o)
			k.same("objects", k.page(k.at("objects/"), "").keys(k), keysOf([]thing{p, o}))
			k.same("after the mark", k.page(k.at("objects/"), with("added_after", mark)).keys(k), []string{o.key()})
		}},
	}
}
