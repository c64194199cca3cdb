/* rule_formula */
typedef int rule_formula_c_is_not_written_yet;
