using Thesis.Accuracy;

return args switch
{
    ["explore", ..] => Explore.Run(args[1..]),
    _ => 2,
};
