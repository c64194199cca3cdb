/* rule_bind */
typedef int rule_bind_c_is_not_written_yet;
