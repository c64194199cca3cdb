/* collect */
typedef int collect_c_is_not_written_yet;
