package taxiitest

import (
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// validationChecks are O3 and O6: each object is judged by itself.
func validationChecks() []check {
	var list []check
	for _, bad := range []struct {
		name string
		raw  func(o thing) string
	}{
		{"without a type", func(o thing) string { return strings.Replace(o.raw(), `"type":"campaign",`, "", 1) }},
		{"without an id", func(o thing) string { return strings.Replace(o.raw(), fmt.Sprintf(`"id":%q,`, o.ID), "", 1) }},
		{"with a bad UUID", func(o thing) string { o.ID = "campaign--1234"; return o.raw() }},
		{"with NUL in its id", func(o thing) string {
			return strings.Replace(o.raw(), o.ID, `campaign--\u0000`+o.ID[11:], 1)
		}},
		{"whose id has another type", func(o thing) string { o.ID = "tool--" + uuid.NewString(); return o.raw() }},
		{"with modified before created", func(o thing) string { o.Modified = "2001-01-01T00:00:00.000Z"; return o.raw() }},
		{"with a date that is none", func(o thing) string { o.Modified = "2024-02-30T00:00:00.000Z"; return o.raw() }},
		{"without created", func(o thing) string { return strings.Replace(o.raw(), fmt.Sprintf(`"created":%q,`, o.Created), "", 1) }},
		{"without modified", func(o thing) string {
			return strings.Replace(o.raw(), fmt.Sprintf(`"modified":%q,`, o.Modified), "", 1)
		}},
		{"whose name stands twice", func(o thing) string { return strings.Replace(o.raw(), `"name":`, `"name":"x","name":`, 1) }},
		{"nested too deeply", func(o thing) string {
			o.Extra = `,"x_deep":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000)
			return o.raw()
		}},
		{"that is a number", func(thing) string { return "17" }},
		{"that is a list", func(thing) string { return "[]" }},
		{"that is null", func(thing) string { return "null" }},
		{"that is a bundle", func(thing) string { return `{"type":"bundle","id":"bundle--` + uuid.NewString() + `","objects":[]}` }},
		{"with half a letter", func(o thing) string { o.Extra = `,"x_half":"\ud800"`; return o.raw() }},
		{"with bytes that are no text", func(o thing) string { o.Extra = ",\"x_bytes\":\"\xff\xfe\""; return o.raw() }},
		{"with broken JSON", func(o thing) string { o.Extra = `,"x_broken":tru`; return o.raw() }},
		{"marked RED", func(o thing) string { return strings.Replace(o.raw(), Clear, Red, 1) }},
	} {
		list = append(list, check{"O3 an object " + bad.name + " is refused alone", func(k *kit) { refused(k, bad.raw(k.thing("campaign"))) }})
	}
	return append(list, []check{
		{"O3 a version of the same time with other content is refused", func(k *kit) {
			o := k.thing("campaign")
			k.addAll(o)
			o.Name = "another"
			if st := k.add(o.raw()); st.FailureCount != 1 || st.SuccessCount != 0 {
				k.Fatalf("%+v", st)
			}
		}},
		{"O3 no version follows a revoked one", func(k *kit) {
			o := k.thing("campaign")
			gone := o.newer(10)
			gone.Extra = `,"revoked":true`
			k.addAll(o, gone)
			if st := k.add(o.newer(20).raw()); st.FailureCount != 1 {
				k.Fatalf("%+v", st)
			}
			k.same("objects", k.page(k.at("objects/"), "").keys(k), []string{gone.key()})
		}},
		{"O3 the maker of an object never changes", func(k *kit) {
			o := k.thing("campaign")
			k.addAll(o)
			o = o.newer(10)
			o.Creator = "identity--" + uuid.NewString()
			if st := k.add(o.raw()); st.FailureCount != 1 {
				k.Fatalf("%+v", st)
			}
		}},
		{"O3 only the maker brings a new version", func(k *kit) {
			o := k.thing("campaign")
			k.addAll(o)
			got := k.post(k.Writer, o.newer(10).raw())
			k.want(got, 202)
			k.same("objects", k.page(k.at("objects/"), with("match[version]", "all")).keys(k), []string{o.key()})
		}},
		{"O6 what is marked RED is never served", func(k *kit) {
			o := strings.Replace(k.thing("campaign").raw(), Clear, Red, 1)
			_ = k.post(k.Both, o)
			for _, path := range []string{"objects/", "manifest/"} {
				if p := k.page(k.at(path), with("match[version]", "all")); len(p.Objects) != 0 {
					k.Fatalf("%s", p.Objects)
				}
			}
		}},
		{"O3 a failure names the object and its version", func(k *kit) {
			o := k.thing("campaign")
			o.ID = "tool--" + uuid.NewString()
			st := refused(k, o.raw())
			if st.Failures[0].ID != o.ID || st.Failures[0].Version != o.Modified {
				k.Fatalf("%+v", st.Failures)
			}
		}},
	}...)
}
