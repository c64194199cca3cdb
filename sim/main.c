/* main: finds the verb on the command line and runs it. */
int main(void)
{
    return 0;
}
