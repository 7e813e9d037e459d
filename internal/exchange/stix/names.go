package stix

// intern gives a property's name as a string; the common ones cost nothing.
func intern(b []byte) string {
	if s, ok := common[string(b)]; ok { // the compiler makes no copy here
		return s
	}
	return string(b)
}

var common = func() map[string]string {
	m := map[string]string{}
	for name := range properties {
		m[name] = name
	}
	for name := range types {
		m[name] = name
	}
	for _, name := range []string{
		"id", "description", "pattern", "country", "region", "abstract", "content", "authors",
		"explanation", "sectors", "contact_information", "roles", "sophistication", "resource_level", "primary_motivation",
		"secondary_motivations", "goals", "objective", "report_types", "malware_types", "tool_types", "threat_actor_types",
		"architecture_execution_envs", "implementation_languages", "capabilities", "version", "schema",
		"x_mitre_version", "x_mitre_domains", "x_mitre_attack_spec_version", "x_mitre_modified_by_ref", "x_mitre_platforms",
		"x_mitre_deprecated", "x_mitre_is_subtechnique", "x_mitre_detection", "x_mitre_contributors", "x_mitre_data_sources",
		"x_mitre_aliases", "x_mitre_shortname",
	} {
		m[name] = name
	}
	return m
}()
